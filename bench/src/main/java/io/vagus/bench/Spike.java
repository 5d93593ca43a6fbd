package io.vagus.bench;

import java.time.Duration;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Option;

/** A time in which the load is a multiple of what it was: what it does to those who send. */
final class Spike {
  private static final Duration BOUND = Duration.ofMinutes(10);

  @Option(
      names = "--spike",
      description = "With --rate: so many times the rate, after the time measured; 0: none.")
  int factor;

  @Option(
      names = "--spike-seconds",
      description = "How long the spike lasts (default: ${DEFAULT-VALUE}).")
  int seconds = 60;

  /** Returns when the senders have caught up with the pace from before. */
  void run(MqttLoad load, long rate, Figures figures) {
    load.latencies();
    long before = load.acknowledged();
    long start = System.nanoTime();
    load.pace(rate * factor);
    long mostBehind = 0;
    for (int i = 0; i < seconds; i++) {
      Pause.of(Duration.ofSeconds(1));
      load.requireNoFailure();
      mostBehind = Math.max(mostBehind, load.behindPace());
    }
    double took = (System.nanoTime() - start) / 1e9;
    figures.print("spike_offered_per_s", rate * factor, "1/s");
    figures.print("spike_acknowledged_per_s", (load.acknowledged() - before) / took, "1/s");
    latencies("spike", load.latencies(), figures);
    figures.print("spike_most_waiting_at_senders", mostBehind, "1");
    catchUp(load, rate, figures);
  }

  private static void catchUp(MqttLoad load, long rate, Figures figures) {
    load.pace(rate);
    long end = System.nanoTime();
    Pause.until(
        BOUND,
        "sending what waited",
        () -> {
          load.requireNoFailure();
          return load.behindPace() <= Math.max(10, rate / 10);
        });
    figures.print("spike_senders_caught_up_s", (System.nanoTime() - end) / 1e9, "s");
    load.latencies();
    Pause.of(Duration.ofSeconds(5));
    latencies("after_spike", load.latencies(), figures);
  }

  private static void latencies(String name, Histogram latencies, Figures figures) {
    figures.print(name + "_ack_p50", latencies.getValueAtPercentile(50) / 1000.0, "ms");
    figures.print(name + "_ack_p99", latencies.getValueAtPercentile(99) / 1000.0, "ms");
    figures.print(name + "_ack_max", latencies.getMaxValue() / 1000.0, "ms");
  }
}
