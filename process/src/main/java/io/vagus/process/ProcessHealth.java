package io.vagus.process;

/**
 * How the processing is.
 *
 * @param stalled why it stands still, such as a series that cannot be written, or that the series
 *     is not maintained or the clock leapt; empty when all is well
 * @param position journal offset below which all is processed
 * @param lagRecords durable records not yet processed
 * @param devices whose state is held
 * @param checkpointPosition journal offset below which all is stored for good
 */
public record ProcessHealth(
    String stalled, long position, long lagRecords, long devices, long checkpointPosition) {}
