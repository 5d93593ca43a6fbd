package io.vagus.device;

import java.nio.ByteBuffer;

/**
 * What a store counts, and the numbers it gives out. Confined to the store's lock. On disk: these
 * numbers in this order.
 */
final class Tally {
  static final int BYTES = 8 * Long.BYTES;

  long number;
  long sequence;
  long acknowledged;
  long refused;
  long droppedFull;
  long droppedDisk;
  long damaged;
  long kept;

  void put(ByteBuffer out) {
    out.putLong(number).putLong(sequence).putLong(acknowledged).putLong(refused);
    out.putLong(droppedFull).putLong(droppedDisk).putLong(damaged).putLong(kept);
  }

  static Tally get(ByteBuffer in) {
    Tally tally = new Tally();
    tally.number = in.getLong();
    tally.sequence = in.getLong();
    tally.acknowledged = in.getLong();
    tally.refused = in.getLong();
    tally.droppedFull = in.getLong();
    tally.droppedDisk = in.getLong();
    tally.damaged = in.getLong();
    tally.kept = in.getLong();
    return tally;
  }

  /** A number for a message, and its id. */
  String nextId(String storeId, boolean sequenced) {
    number++;
    sequence += sequenced ? 1 : 0;
    return storeId + "-" + Long.toString(number, Character.MAX_RADIX);
  }

  /**
   * @param reasonCode of MQTT: 0x80 and up is a refusal
   */
  void done(int reasonCode) {
    kept--;
    if (reasonCode < 0x80) {
      acknowledged++;
    } else {
      refused++;
    }
  }

  Counters counters() {
    long taken = kept + acknowledged + refused + droppedFull + droppedDisk;
    return new Counters(taken, kept, acknowledged, refused, droppedFull, droppedDisk, damaged);
  }
}
