import { z } from 'zod';

import type { Shipment } from '../desk/shop-data.ts';
import { defineTool, ToolError, type Tool } from './tool.ts';

export function createTrackShipment(shipments: readonly Shipment[]): Tool {
  return defineTool({
    name: 'track_shipment',
    description:
      'Tracks a parcel by its tracking number: where it is now and when it arrives. Comes after look_up_order when only the order is known.',
    input: z.strictObject({ trackingNumber: z.string().describe('Tracking number, such as PX-5001.') }),
    run({ trackingNumber }) {
      const wanted = trackingNumber.trim().toUpperCase();
      const shipment = shipments.find((shipment) => shipment.trackingNumber === wanted);
      if (shipment === undefined) throw new ToolError(`The carrier does not know ${wanted}.`);
      return shipment;
    },
  });
}
