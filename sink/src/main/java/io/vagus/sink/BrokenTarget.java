package io.vagus.sink;

import java.util.Collections;
import java.util.List;

/** Of a sink whose settings this release does not understand: what it is to get waits. */
record BrokenTarget(String why) implements Target {
  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public int batch() {
    return 1;
  }

  @Override
  public List<Outcome> deliver(List<Delivery> batch) {
    return Collections.nCopies(batch.size(), new Outcome.Failed(why));
  }

  @Override
  public void close() {}
}
