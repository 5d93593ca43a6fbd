package io.vagus.series.questdb;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.WallClock;
import io.vagus.model.DeviceId;
import io.vagus.model.Reading;
import io.vagus.series.SeriesConfig;
import io.vagus.series.Times;
import java.nio.file.Path;

/** A process to be killed: commits batches and says on standard output which are done. */
final class CommittingChild {
  static final long T0 = 1_795_132_800_000_000L;
  static final int BATCH = 500;
  static final int DEVICES = 50;

  private CommittingChild() {}

  public static void main(String[] args) {
    int batch = Integer.parseInt(args[1]);
    try (QuestDbSeries series =
        QuestDbSeries.open(
            Path.of(args[0]),
            SeriesConfig.defaults(),
            WallClock.system(),
            new SimpleMeterRegistry())) {
      while (true) {
        // Every batch begins with the second half of the one before, as a replay would.
        for (int i = batch * BATCH - BATCH / 2; i < (batch + 1) * BATCH; i++) {
          series.append(reading(Math.max(0, i)));
        }
        series.commit();
        System.out.println(batch++);
        System.out.flush();
        if (batch % 7 == 0) {
          series.maintain(reading(batch * BATCH).timeMicros());
        }
      }
    }
  }

  /** Two a second, now and then an hour late, with a text among them. */
  static Reading reading(int i) {
    long time = T0 + i * 500_000L - (i % 97 == 0 ? Math.min(i * 500_000L, Times.HOUR_MICROS) : 0);
    DeviceId device = new DeviceId("device-" + i % DEVICES);
    String text = i % 101 == 0 ? "text " + i : null;
    return new Reading(device, "t", time, time, time, text == null ? i : Double.NaN, text, 0);
  }
}
