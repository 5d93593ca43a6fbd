package io.vagus.series;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Merges buckets, handed over oldest first, into steps of one width that start at multiples of it.
 * Owned by one thread.
 */
public final class Steps implements Consumer<Bucket> {
  private final long widthMicros;
  private final List<Bucket> done = new ArrayList<>();
  private @Nullable Bucket open;

  public Steps(long widthMicros) {
    this.widthMicros = widthMicros;
  }

  @Override
  public void accept(Bucket bucket) {
    long start = Times.floor(bucket.startMicros(), widthMicros);
    Bucket current = open;
    if (current != null && current.startMicros() == start) {
      open = current.with(bucket);
      return;
    }
    if (current != null) {
      done.add(current);
    }
    open = bucket.startingAt(start);
  }

  /** The steps that have anything in them; ends the merging. */
  public List<Bucket> toList() {
    if (open != null) {
      done.add(open);
      open = null;
    }
    return done;
  }
}
