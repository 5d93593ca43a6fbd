package io.vagus.bench;

import io.vagus.expression.Function;
import io.vagus.expression.FunctionException;
import io.vagus.function.FunctionModule;
import io.vagus.function.Limits;
import io.vagus.function.Manifest;
import io.vagus.function.Shipped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a function in WebAssembly costs: its loading, which is not on a message's way, and its call,
 * steadily and in a burst after it has been idle.
 */
@Command(
    name = "functions",
    description = {
      "Calls of a function in WebAssembly (vibration.rms): loaded, at once after loading, in",
      "bursts after a pause, steadily; and one that spins until it is ended."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./vagus bench functions --samples 512 --idle 2000"})
final class FunctionBench implements Callable<Integer> {
  @Option(names = "--samples", description = "Numbers in the list (default: ${DEFAULT-VALUE}).")
  int samples = 512;

  @Option(
      names = "--idle",
      description = "Milliseconds before a burst (default: ${DEFAULT-VALUE}).")
  int idleMillis = 2000;

  @Option(names = "--bursts", description = "How many (default: ${DEFAULT-VALUE}).")
  int bursts = 10;

  @Option(names = "--burst", description = "Calls of each (default: ${DEFAULT-VALUE}).")
  int burst = 100;

  @Option(names = "--threads", description = "That call at once (default: ${DEFAULT-VALUE}).")
  int threads = 4;

  @Option(names = "--calls", description = "Steadily (default: ${DEFAULT-VALUE}).")
  int calls = 200_000;

  private final Figures figures = new Figures("functions");

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    List<Double> list = IntStream.range(0, samples).mapToObj(i -> Math.sin(i)).toList();
    long began = System.nanoTime();
    Function rms = rms();
    figures.print("load", (System.nanoTime() - began) / 1e6, "ms");
    Histogram first = new Histogram(3);
    time(rms, list, 100, first);
    print("just_loaded", first);
    bursts(rms, list);
    Histogram steady = new Histogram(3);
    time(rms, list, calls, steady);
    print("steady", steady);
    spin();
    return 0;
  }

  @SuppressWarnings("unchecked")
  private static Function rms() {
    Map<String, Object> manifest =
        JsonMapper.shared().readValue(Shipped.manifest("vibration"), Map.class);
    FunctionModule module =
        FunctionModule.load(
            "vibration", Shipped.module("vibration"), Manifest.of(manifest), Limits.DEFAULT);
    return export(module, "vibration.rms");
  }

  private static Function export(FunctionModule module, String name) {
    return Objects.requireNonNull(module.functions().byName().get(name), name);
  }

  /** So many threads at once, after nobody called for a while. */
  private void bursts(Function rms, List<Double> list)
      throws InterruptedException, ExecutionException {
    Histogram all = new Histogram(3);
    Histogram heads = new Histogram(3);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < bursts; i++) {
        Pause.of(Duration.ofMillis(idleMillis));
        CountDownLatch together = new CountDownLatch(1);
        List<Future<Histogram>> begun = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          begun.add(
              pool.submit(() -> {
                together.await();
                Histogram own = new Histogram(3);
                heads(rms, list, heads, own);
                return own;
              }));
        }
        together.countDown();
        for (Future<Histogram> one : begun) {
          all.add(one.get());
        }
      }
    }
    print("burst_after_idle", all);
    print("first_after_idle", heads);
  }

  private void heads(Function rms, List<Double> list, Histogram heads, Histogram own) {
    Histogram first = new Histogram(3);
    time(rms, list, 1, first);
    synchronized (heads) {
      heads.add(first);
    }
    own.add(first);
    time(rms, list, burst - 1, own);
  }

  private static void time(Function rms, List<Double> list, int times, Histogram into) {
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      try {
        Object unused = rms.call(List.of(list));
      } catch (FunctionException e) {
        throw new IllegalStateException(e);
      }
      into.recordValue(System.nanoTime() - began);
    }
  }

  /** A module that is one endless loop, to its bound. */
  private void spin() {
    byte[] module = {
      0, 'a', 's', 'm', 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7E, 3, 2, 1, 0, 7, 5, 1, 1, 's', 0, 0,
      10, 10, 1, 8, 0, 3, 0x40, 12, 0, 11, 0, 11
    };
    Manifest manifest =
        Manifest.of(Map.of("functions", List.of(Map.of("name", "s", "result", "integer"))));
    Function spin = export(FunctionModule.load("spin", module, manifest, Limits.DEFAULT), "spin.s");
    Histogram until = new Histogram(3);
    for (int i = 0; i < 100; i++) {
      long began = System.nanoTime();
      try {
        spin.call(List.of());
        throw new IllegalStateException("a loop without end has ended");
      } catch (FunctionException e) {
        until.recordValue(System.nanoTime() - began);
      }
    }
    print("spin_until_ended", until);
  }

  private void print(String figure, Histogram of) {
    figures.print(figure + "_p50", of.getValueAtPercentile(50) / 1e3, "us");
    figures.print(figure + "_p99", of.getValueAtPercentile(99) / 1e3, "us");
    figures.print(figure + "_max", of.getMaxValue() / 1e3, "us");
  }
}
