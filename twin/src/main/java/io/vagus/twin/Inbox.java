package io.vagus.twin;

import io.vagus.model.Desired;
import io.vagus.model.DeviceId;
import io.vagus.model.Reported;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What happened to devices and was not looked at yet, by device, so that it is never more than
 * there are devices however fast it happens. Owns its lock.
 */
final class Inbox {

  /**
   * All that happened to one device.
   *
   * @param arrived it came, or asks for the whole
   * @param desired the newest version
   * @param reported what it said last
   */
  record News(
      DeviceId device, boolean arrived, Optional<Desired> desired, Optional<Reported> reported) {
    private static News of(DeviceId device) {
      return new News(device, false, Optional.empty(), Optional.empty());
    }
  }

  private final LinkedHashMap<DeviceId, News> waiting = new LinkedHashMap<>();
  private boolean closed;

  synchronized void arrived(DeviceId device) {
    News before = before(device);
    put(new News(device, true, before.desired, before.reported));
  }

  synchronized void desired(Desired desired) {
    News before = before(desired.device());
    put(new News(before.device, before.arrived, Optional.of(desired), before.reported));
  }

  synchronized void reported(Reported reported) {
    News before = before(reported.device());
    put(new News(before.device, before.arrived, before.desired, Optional.of(reported)));
  }

  private News before(DeviceId device) {
    return waiting.getOrDefault(device, News.of(device));
  }

  private void put(News news) {
    waiting.put(news.device, news);
    notifyAll();
  }

  synchronized int size() {
    return waiting.size();
  }

  /** Waits for the oldest; null when closed. */
  synchronized @Nullable News take() throws InterruptedException {
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      return null;
    }
    Map.Entry<DeviceId, News> oldest = waiting.pollFirstEntry();
    return oldest.getValue();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
