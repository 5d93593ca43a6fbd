package io.vagus.device;

/**
 * What became of a device's messages. {@code taken = kept + acknowledged + refused + dropped}, but
 * for what a crash makes uncertain.
 *
 * @param taken handed to the device since the store was made
 * @param kept not yet acknowledged
 * @param acknowledged the server has them
 * @param refused the server will not have them
 * @param droppedFull given up since the store was full
 * @param droppedDisk given up since the disk took no more
 * @param damaged records that the disk did not give back as they were written
 */
public record Counters(
    long taken,
    long kept,
    long acknowledged,
    long refused,
    long droppedFull,
    long droppedDisk,
    long damaged) {
  public long dropped() {
    return droppedFull + droppedDisk;
  }
}
