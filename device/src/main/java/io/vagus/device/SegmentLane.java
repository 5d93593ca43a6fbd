package io.vagus.device;

import io.vagus.device.mqtt.Outgoing;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The messages of one priority on disk, oldest first. Confined to the store's lock. */
final class SegmentLane {
  private final Deque<SegmentFile> segments = new ArrayDeque<>();
  private final TreeSet<Long> inFlight = new TreeSet<>();
  private @Nullable SegmentFile reading;
  private long position;
  private long lastTaken;
  private SegmentFile.@Nullable Entry peeked;

  /**
   * @param done all up to that number are
   */
  SegmentLane(long done) {
    this.lastTaken = done;
  }

  /** In the order of their messages. */
  void add(SegmentFile segment) {
    segments.add(segment);
  }

  boolean isEmpty() {
    return segments.isEmpty();
  }

  /** To append to; null: there is none yet. */
  @Nullable SegmentFile tail() {
    return segments.peekLast();
  }

  long bytes() {
    long sum = 0;
    for (SegmentFile segment : segments) {
      sum += segment.size();
    }
    return sum;
  }

  /** All up to that number are done. */
  long done() {
    return inFlight.isEmpty() ? lastTaken : inFlight.first() - 1;
  }

  /** The next message to send, which stays the next; null: none. */
  @Nullable Outgoing peek(Tally tally) {
    if (reading == null) {
      reading = segments.peekFirst();
      position = 0;
    }
    while (peeked == null && reading != null) {
      SegmentFile.Entry entry = reading.read(position);
      if (entry == null) {
        SegmentFile next = after(reading);
        passOver(reading, tally);
        if (next == null) {
          return null; // more may come to this one
        }
        reading = next;
        position = 0;
      } else if (entry.message().number() <= lastTaken) {
        position = entry.end(); // done before the start
      } else {
        peeked = entry;
      }
    }
    return peeked == null ? null : peeked.message();
  }

  /** What a segment's disk does not give back. */
  private void passOver(SegmentFile segment, Tally tally) {
    if (position < segment.size()) {
      tally.damaged++;
      tally.kept -= segment.count - segment.taken;
      segment.taken = segment.count;
      position = segment.size();
    }
  }

  private @Nullable SegmentFile after(SegmentFile segment) {
    SegmentFile before = null;
    for (SegmentFile s : segments) {
      if (before == segment) {
        return s;
      }
      before = s;
    }
    return null;
  }

  /** What {@link #peek} showed goes out. */
  void take() {
    SegmentFile.Entry entry = peeked;
    if (entry != null && reading != null) {
      reading.taken++;
      position = entry.end();
      lastTaken = entry.message().number();
      inFlight.add(lastTaken);
      peeked = null;
    }
  }

  void done(long number) {
    inFlight.remove(number);
    while (segments.size() > 1 && segments.getFirst().lastNumber() <= done()) {
      remove(segments.getFirst());
    }
  }

  /** The number of the last message of the oldest segment. */
  long oldest() {
    return segments.getFirst().lastNumber();
  }

  /** Gives up the oldest segment, and says how many of its messages were never sent. */
  int dropOldest() {
    SegmentFile first = segments.getFirst();
    lastTaken = Math.max(lastTaken, first.lastNumber());
    remove(first);
    return first.count - first.taken;
  }

  private void remove(SegmentFile segment) {
    segments.remove(segment);
    if (segment == reading) {
      reading = null;
      peeked = null;
    }
    segment.delete();
  }

  void close() throws IOException {
    for (SegmentFile segment : segments) {
      segment.close();
    }
  }
}
