import { test } from 'vitest';
import type { Ability, AdapterDriver } from './driver.ts';

/** A case that only runners with an ability can pass; for others it is skipped with the driver's reason. */
export function testWith(
  driver: AdapterDriver,
  ability: Ability,
  title: string,
  run: () => void | Promise<void>,
  timeout?: number,
): void {
  // oxlint-disable-next-line vitest/expect-expect -- the case brings its own
  test(
    // oxlint-disable-next-line vitest/valid-title -- and its title
    title,
    async (context) => {
      const reason = driver.lacks[ability];
      if (reason !== undefined) context.skip(`${driver.runner}: ${reason}`);
      await run();
    },
    timeout,
  );
}

/** What is only there for runners with an ability: to be spread into files, lists and expectations. */
export function has(driver: AdapterDriver, ability: Ability): boolean {
  return driver.lacks[ability] === undefined;
}
