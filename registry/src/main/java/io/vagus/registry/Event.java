package io.vagus.registry;

import java.time.Instant;

/**
 * One change of the control plane, chained to the one before it.
 *
 * @param sequence from 1, without a gap
 * @param time microseconds; of the wall clock, so that it may step back
 * @param type such as {@code device.created}
 * @param body a JSON object, as it was written
 * @param previousHash the hash of the event before; of the first: 64 zeros
 * @param hash as {@link EventChain#hash} makes it
 */
public record Event(
    long sequence,
    Instant time,
    Actor actor,
    Subject subject,
    String type,
    String body,
    String previousHash,
    String hash) {

  public EventHead head() {
    return new EventHead(sequence, hash);
  }
}
