package io.vagus.fleet;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code ./vagus fleet}. */
@Command(
    name = "fleet",
    description = {
      "Simulates a fleet: registers its devices, connects each by MQTT or HTTP, lets them measure,",
      "fail and send, and says what was acknowledged. The same seed gives the same fleet."
    },
    mixinStandardHelpOptions = true,
    subcommands = CloneCommand.class,
    footer = {
      "",
      "Exit code 1: --verify found that the ledger says otherwise.",
      "",
      "Example:",
      "  ./vagus fleet --seconds 60 --verify",
      "  ./vagus fleet --devices 2000 --rate 1000 --seconds 0",
      "  ./vagus fleet --profile my-fleet.json --seed 7 --json"
    })
public final class FleetCommand implements Callable<Integer> {
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);

  @Mixin final PlaceOptions place = new PlaceOptions();

  @Option(
      names = "--profile",
      paramLabel = "FILE",
      description = "What the fleet is made of, as JSON (default: the demo's).")
  @Nullable Path profile;

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "How many, shared out as the profile says (default: as many as it names).")
  int devices;

  @Option(
      names = "--rate",
      paramLabel = "R",
      description = "Messages a second in all (default: by each product's cadence).")
  double rate;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long; 0: until Ctrl-C (default: ${DEFAULT-VALUE}).")
  int seconds = 60;

  @Option(names = "--seed", description = "Chooses everything that is by chance (default: 1).")
  long seed = 1;

  @Option(names = "--threads", description = "Event loops for MQTT (default: ${DEFAULT-VALUE}).")
  int threads = 1;

  @Option(names = "--json", description = "The summary as JSON.")
  boolean json;

  @Option(names = "--verify", description = "Holds the summary against the server's ledger.")
  boolean verify;

  private final MonotonicClock clock = MonotonicClock.system();
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);

  @Override
  public Integer call() throws InterruptedException {
    Thread hook = new Thread(this::finishEarly, "fleet-end");
    Runtime.getRuntime().addShutdownHook(hook);
    try (Crew crew = new Crew(place.place(), seed, threads)) {
      return run(crew);
    } finally {
      finished.countDown();
      if (interrupted.getCount() > 0) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  /** Ctrl-C: the summary still comes. */
  private void finishEarly() {
    interrupted.countDown();
    try {
      finished.await(40, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int run(Crew crew) throws InterruptedException {
    Profile made = profile == null ? Demo.profile() : ProfileFile.parse(read(profile));
    List<DevicePlan> plans =
        new Population(made, seed).devices(devices > 0 ? devices : made.devices());
    crew.register(made, plans);
    for (DevicePlan plan : plans) {
      crew.add(rate > 0 ? plan.each((long) (plans.size() / rate * 1e6)) : plan);
    }
    JsonNode before = ledger(crew);
    crew.members().forEach(member -> member.uplink().connect());
    crew.begin();
    long start = clock.nanos();
    watch(crew, start);
    crew.end();
    double ran = (clock.nanos() - start) / 1e9;
    awaitAnswers(crew.counts());
    Summary summary = Summary.of(crew.counts(), seed, plans.size(), ran);
    return print(summary, verify ? judge(crew, summary, before) : null);
  }

  private void watch(Crew crew, long start) throws InterruptedException {
    Progress progress = new Progress(seconds);
    long end = seconds == 0 ? Long.MAX_VALUE : TimeUnit.SECONDS.toNanos(seconds);
    while (clock.nanos() - start < end && !interrupted.await(1, TimeUnit.SECONDS)) {
      progress.show(crew.counts(), (clock.nanos() - start) / 1e9);
    }
    progress.end();
  }

  /** Until all is answered, or nothing more comes: some devices are refused for good. */
  private void awaitAnswers(Counts counts) {
    long before = counts.inFlight();
    long since = clock.nanos();
    while (before > 0 && clock.nanos() - since < QUIET_NANOS) {
      LockSupport.parkNanos(20_000_000);
      if (counts.inFlight() != before) {
        before = counts.inFlight();
        since = clock.nanos();
      }
    }
  }

  /** The ledger hears of refusals every few seconds only, so that one gets some time. */
  private Verdict judge(Crew crew, Summary summary, JsonNode before) {
    long start = clock.nanos();
    Verdict verdict = Verdict.of(summary, before, ledger(crew));
    while (!verdict.holds() && clock.nanos() - start < ANSWER_NANOS) {
      LockSupport.parkNanos(200_000_000);
      verdict = Verdict.of(summary, before, ledger(crew));
    }
    return verdict;
  }

  private static JsonNode ledger(Crew crew) {
    return JsonMapper.shared().readTree(crew.api().get("/api/v1/ledger"));
  }

  private int print(Summary summary, @Nullable Verdict verdict) {
    if (json) {
      ObjectNode out = summary.json();
      if (verdict != null) {
        out.put("verified", verdict.holds()).put("verdict", verdict.why());
      }
      System.out.println(out.toPrettyString());
    } else {
      System.out.println(summary.text());
      if (verdict != null) {
        System.out.printf(
            Locale.ROOT,
            "%s: %s%n",
            verdict.holds() ? "adds up" : "DOES NOT ADD UP",
            verdict.why());
      }
    }
    return verdict == null || verdict.holds() ? 0 : 1;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read " + file + ": " + e, e);
    }
  }
}
