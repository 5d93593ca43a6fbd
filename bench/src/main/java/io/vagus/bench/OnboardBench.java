package io.vagus.bench;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import javax.net.ssl.TrustManager;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How long a whole batch takes from its factory record to its first accepted telemetry. */
@Command(
    name = "onboard",
    description = {
      "Onboards a batch of devices that nobody touches: factory record, key and request, enrolment",
      "with the batch's claim certificate, MQTT over TLS with the device's own, first telemetry.",
      "The devices' keys and handshakes are made by this process, on the same processors."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./vagus bench onboard --devices 10000"})
final class OnboardBench implements Callable<Integer> {
  private static final String BATCH = "bench";
  private static final String BATCHES = "/api/v1/enrolment/batches";
  private static final int MEMBERS_AT_ONCE = 4000;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--devices", description = "How many (default: ${DEFAULT-VALUE}).")
  int devices = 10_000;

  @Option(
      names = "--at-once",
      description = "How many are switched on at a time (default: ${DEFAULT-VALUE}).")
  int atOnce = 32;

  private final Figures figures = new Figures("onboard");

  @Override
  public Integer call() throws IOException {
    try (Workplace place = common.workplace()) {
      ServerProcess.makeAuthority(place.folder());
      List<String> flags = common.serverFlags("--mqtts", "127.0.0.1:0", "--https", "127.0.0.1:0");
      try (ServerProcess server = place.start(flags);
          Probe api = new Probe(server)) {
        measure(server, api);
        return 0;
      }
    }
  }

  private void measure(ServerProcess server, Probe api) {
    api.createProduct(Fleet.PRODUCT, 1);
    DeviceKey claimKey = DeviceKey.make();
    long began = System.nanoTime();
    record(api);
    String claim = claim(api, claimKey);
    figures.print("record", (System.nanoTime() - began) / 1e9, "s");
    double cpu = ProcessCost.cpuMicros(server.handle());
    List<ZeroTouchDevice.Times> times = switchOn(server, claimKey, claim);
    Pause.until(
        Duration.ofMinutes(2),
        "acceptance of every device's first telemetry",
        () -> api.json(BATCHES + "/" + BATCH).at("/onboarding/accepted").asInt() == devices);
    double seconds = (System.nanoTime() - began) / 1e9;
    figures.print("devices", devices, "1");
    figures.print("record_to_last_accepted", seconds, "s");
    figures.print("devices_per_s", devices / seconds, "1/s");
    figures.print(
        "server_cpu_per_device",
        (ProcessCost.cpuMicros(server.handle()) - cpu) / devices / 1000,
        "ms");
    step("request", times, ZeroTouchDevice.Times::request);
    step("enrol", times, ZeroTouchDevice.Times::enrol);
    step("connect", times, ZeroTouchDevice.Times::connect);
    step("accept", times, ZeroTouchDevice.Times::accept);
    figures.print("told_to_come_again", times.stream().mapToInt(t -> t.again()).sum(), "1");
    asTheServerSawIt(api.json(BATCHES + "/" + BATCH).path("onboarding"));
  }

  private static ObjectNode object() {
    return JsonMapper.shared().createObjectNode();
  }

  /** The factory's list. */
  private void record(Probe api) {
    api.post(BATCHES, object().put("id", BATCH).put("product", Fleet.PRODUCT));
    for (int from = 0; from < devices; from += MEMBERS_AT_ONCE) {
      ObjectNode body = object();
      ArrayNode members = body.putArray("members");
      for (int i = from; i < Math.min(devices, from + MEMBERS_AT_ONCE); i++) {
        members.addObject().put("device", Fleet.device(i)).put("serialNumber", "SN-" + i);
      }
      api.post(BATCHES + "/" + BATCH + "/members", body);
    }
  }

  private static String claim(Probe api, DeviceKey key) {
    return api.post(BATCHES + "/" + BATCH + "/claims", object().put("csr", key.request(BATCH)))
        .path("certificate")
        .asString();
  }

  private List<ZeroTouchDevice.Times> switchOn(
      ServerProcess server, DeviceKey claimKey, String claim) {
    URI enrolment = URI.create("https://localhost:" + server.https().getPort() + "/enrol");
    TrustManager[] trust = server.trust();
    List<ZeroTouchDevice.Times> times = new ArrayList<>();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().factory())) {
      List<Future<ZeroTouchDevice.Times>> begun = new ArrayList<>();
      for (int i = 0; i < devices; i++) {
        String id = Fleet.device(i);
        begun.add(
            pool.submit(() ->
                new ZeroTouchDevice(
                        id, enrolment, server.mqtt("mqtts"), claimKey.tls(claim, trust), trust)
                    .run()));
      }
      for (Future<ZeroTouchDevice.Times> one : begun) {
        times.add(one.get());
        if (times.size() % 1000 == 0) {
          figures.progress("%,d devices onboard", times.size());
        }
      }
      return times;
    } catch (ExecutionException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "a device failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
  }

  private void step(
      String name, List<ZeroTouchDevice.Times> times, ToLongFunction<ZeroTouchDevice.Times> nanos) {
    long[] sorted = times.stream().mapToLong(nanos).sorted().toArray();
    figures.print(name + "_p50", sorted[sorted.length / 2] / 1e6, "ms");
    figures.print(name + "_p99", sorted[(int) (sorted.length * 0.99)] / 1e6, "ms");
    figures.print(name + "_max", Arrays.stream(sorted).max().orElse(0) / 1e6, "ms");
  }

  private void asTheServerSawIt(JsonNode onboarding) {
    for (JsonNode step : onboarding.path("steps")) {
      String name = "batch_" + step.path("step").asString().replace('-', '_');
      figures.print(name + "_p50", step.path("p50Seconds").asDouble(), "s");
      figures.print(name + "_max", step.path("maxSeconds").asDouble(), "s");
    }
  }
}
