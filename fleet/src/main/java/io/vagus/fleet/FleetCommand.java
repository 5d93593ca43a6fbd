package io.vagus.fleet;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code ./vagus fleet}. */
@Command(
    name = "fleet",
    description =
        "Simulates a fleet: registers its devices, connects each by MQTT or HTTP, lets them measure,"
            + " fail and send, and says what was acknowledged, how quickly, and whether the"
            + " server's ledger agrees. The same seed gives the same fleet.",
    mixinStandardHelpOptions = true,
    subcommands = CloneCommand.class,
    footer = {
      "",
      "Exit code 1: a threshold is missed, or --verify found that the ledger says otherwise.",
      "Ctrl-C ends the sending; the summary still comes.",
      "",
      "Example:",
      "  ./vagus fleet --seconds 60 --verify",
      "  ./vagus fleet --product pump.json --devices 2000 --rate 1000 --http-share 0.1",
      "  ./vagus fleet --profile my-fleet.json --seed 7 --report today.json \\",
      "    --baseline last-week.json --threshold 'p99<=50ms,lost=0'"
    })
public final class FleetCommand implements Callable<Integer> {
  @Mixin final FleetOptions fleet = new FleetOptions();
  @Mixin final PlaceOptions place = new PlaceOptions();
  @Mixin final ReportOptions reports = new ReportOptions();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long they send; 0: until Ctrl-C (default: ${DEFAULT-VALUE}).")
  int seconds = 60;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Event loops for connections (default: ${DEFAULT-VALUE}).")
  int threads = 1;

  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);

  @Override
  public Integer call() throws InterruptedException {
    @Nullable JsonNode earlier = reports.earlier();
    Thread hook = new Thread(this::finishEarly, "fleet-end");
    Runtime.getRuntime().addShutdownHook(hook);
    try (Crew crew = new Crew(place.place(), fleet.seed, threads, fleet.followDesired)) {
      gather(crew);
      LoadReport report =
          new LoadRun(crew, fleet.seed, interrupted).run(seconds, reports.thresholds);
      return reports.print(report, earlier);
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

  private void gather(Crew crew) {
    Profile profile = fleet.profile();
    List<DevicePlan> plans = fleet.plans(profile);
    OpenFiles.require((int) plans.stream().filter(p -> p.way() == DevicePlan.Way.MQTT).count());
    crew.register(profile, plans);
    long strangers = crew.withoutSecret(plans);
    if (strangers > 0) {
      throw new VagusException(
          ErrorCode.CONFLICT,
          strangers
              + " of the devices are there already, and their secrets are not known here: they may"
              + " be real; --prefix load- gives the simulated ones ids of their own");
    }
    plans.forEach(crew::add);
  }
}
