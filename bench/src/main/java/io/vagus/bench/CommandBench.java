package io.vagus.bench;

import io.vagus.bench.mqtt.Protocol;
import io.vagus.client.ApiAccess;
import io.vagus.client.ApiClient;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.Login;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How long a command takes from the call of the API to its device, and back. */
@Command(
    name = "command",
    description = {
      "How long a command takes from the call of the API until its device has it, and until the",
      "device's result is durable; at each rate, with ingestion idle and saturated."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./vagus bench command --rates 1,100,5000 --seconds 10"})
final class CommandBench implements Callable<Integer> {
  private static final String PRODUCT = "valve";
  private static final String MODEL =
      """
      {"id": "valve", "commands": {
        "set": {"arguments": {"t": {"type": "integer"}}},
        "stop": {"arguments": {"t": {"type": "integer"}}, "lane": "priority"}}}
      """;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--rates",
      split = ",",
      description = "Commands a second (default: ${DEFAULT-VALUE}).")
  List<Integer> rates = new ArrayList<>(List.of(1, 100, 5000));

  @Option(names = "--seconds", description = "Of each rate (default: ${DEFAULT-VALUE}).")
  int seconds = 10;

  @Option(names = "--devices", description = "That take commands (default: ${DEFAULT-VALUE}).")
  int devices = 200;

  @Option(
      names = "--concurrent",
      description = "Calls of the API at a time, at most (default: ${DEFAULT-VALUE}).")
  int concurrent = 128;

  @Option(names = "--clients", description = "That saturate (default: ${DEFAULT-VALUE}).")
  int clients = 100;

  private final Figures figures = new Figures("command");
  private final Histogram down = new ConcurrentHistogram(3);
  private final Histogram back = new ConcurrentHistogram(3);
  private final AtomicLong refused = new AtomicLong();

  @Override
  public Integer call() throws InterruptedException {
    try (Workplace place = common.workplace();
        ServerProcess server = place.start(common.serverFlags());
        Probe api = new Probe(server);
        DeviceLoops loops = new DeviceLoops(2);
        MqttLoad load =
            new MqttLoad(
                clients,
                20,
                Optional.empty(),
                1,
                Fleet.telemetry(new Telemetry.Shape(Protocol.V5, 150, 1, false), false))) {
      Fleet.register(api, clients, 1, Optional.of(Fleet.SECRET));
      List<Responder> responders = responders(server, api, loops);
      // What the JIT costs is none of a command's cost: these figures are not told.
      measure(server, rates.stream().mapToInt(Integer::intValue).max().orElse(200), "warm", false);
      for (int rate : rates) {
        measure(server, rate, "idle", true);
      }
      load.connect(server.mqtt("mqtt"), 100, Duration.ofMinutes(2));
      load.allow(i -> Long.MAX_VALUE);
      Pause.of(Duration.ofSeconds(3));
      for (int rate : rates) {
        measure(server, rate, "saturated", true);
      }
      load.stop(Duration.ofMinutes(2));
      responders.forEach(Responder::close);
      return refused.get() == 0 ? 0 : 1;
    }
  }

  private List<Responder> responders(ServerProcess server, Probe api, DeviceLoops loops) {
    try (ApiClient client = new ApiClient(server.access(), Duration.ofMinutes(1))) {
      client.post("/api/v1/products", MODEL);
    }
    List<String> ids = IntStream.range(0, devices).mapToObj(i -> "valve-" + i).toList();
    api.createDevices(PRODUCT, ids, Optional.of(Fleet.SECRET));
    return ids.stream()
        .map(id ->
            new Responder(
                new Login(id, server.mqtt("mqtt"), Optional.of(Fleet.SECRET), Optional.empty()),
                loops,
                asked -> down.recordValue(micros(asked)),
                asked -> back.recordValue(micros(asked))))
        .toList();
  }

  private static long micros(long askedNanos) {
    return Math.max(0, (System.nanoTime() - askedNanos) / 1000);
  }

  private void measure(ServerProcess server, int rate, String ingestion, boolean told)
      throws InterruptedException {
    down.reset();
    back.reset();
    double cpu = ProcessCost.cpuMicros(server.handle());
    long begun = System.nanoTime();
    long asked = ask(server.access(), rate);
    double wall = (System.nanoTime() - begun) / 1e9;
    Pause.until(
        Duration.ofMinutes(2),
        "results of all",
        () -> back.getTotalCount() + refused.get() >= asked);
    if (!told) {
      return;
    }
    String name = ingestion + "_" + rate + "_per_s_";
    figures.print(name + "asked", asked / wall, "1/s");
    print(name + "to_device", down);
    print(name + "and_back", back);
    figures.print(
        name + "server_cpu_per_command",
        (ProcessCost.cpuMicros(server.handle()) - cpu) / Math.max(1, asked),
        "us");
  }

  private void print(String name, Histogram of) {
    figures.print(name + "_p50", of.getValueAtPercentile(50) / 1000.0, "ms");
    figures.print(name + "_p95", of.getValueAtPercentile(95) / 1000.0, "ms");
    figures.print(name + "_p99", of.getValueAtPercentile(99) / 1000.0, "ms");
  }

  /** At an even pace, as far as the calls at a time allow; how many. */
  private long ask(ApiAccess access, int rate) throws InterruptedException {
    Semaphore free = new Semaphore(concurrent);
    long total = Math.max(1, (long) rate * seconds);
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      long begun = System.nanoTime();
      for (long i = 0; i < total; i++) {
        long due = begun + i * 1_000_000_000L / rate;
        if (due > System.nanoTime()) {
          Pause.of(Duration.ofNanos(due - System.nanoTime()));
        } else if (System.nanoTime() - begun > 2_000_000_000L * seconds) {
          total = i; // it does not go faster
        }
        free.acquire();
        send(http, access, (int) (i % devices), free);
      }
      free.acquire(concurrent);
    }
    return total;
  }

  private void send(HttpClient http, ApiAccess access, int device, Semaphore free) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    access.url().toString().replaceFirst("/$", "")
                        + "/api/v1/devices/valve-"
                        + device
                        + "/commands"))
            .header("Authorization", "Bearer " + access.token().orElseThrow())
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"name\":\"stop\",\"arguments\":{\"t\":%d}}".formatted(System.nanoTime())))
            .build();
    var unused =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString())
            .whenComplete((answer, failure) -> {
              free.release();
              if (failure != null || answer.statusCode() != 202) {
                refused.incrementAndGet();
                figures.progress("refused: %s", failure != null ? failure : answer.body());
              }
            });
  }
}
