package io.vagus.bench;

import io.vagus.client.ApiPath;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How many device certificates an issuer signs a second, each of them durable in the inventory. */
@Command(
    name = "issue",
    description = "Certificates issued a second over the API, each durable in the inventory.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./vagus bench issue --key ed25519"})
final class IssueBench implements Callable<Integer> {
  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--devices", description = "How many (default: ${DEFAULT-VALUE}).")
  int devices = 2000;

  @Option(names = "--at-once", description = "Requests at a time (default: ${DEFAULT-VALUE}).")
  int atOnce = 4;

  @Option(names = "--key", description = "The issuer's: p256 or ed25519 (default: p256).")
  String key = "p256";

  @Option(
      names = "--pkcs11-config",
      paramLabel = "FILE",
      description = "Its key is in this token (p256 only).")
  @Nullable Path pkcs11Config;

  @Option(names = "--pin-file", paramLabel = "FILE", description = "Opens the token.")
  @Nullable Path pinFile;

  private final Figures figures = new Figures("issue");

  @Override
  public Integer call() {
    List<String> flags = new ArrayList<>(List.of("--key", key));
    if (pkcs11Config != null && pinFile != null) {
      flags.addAll(List.of("--pkcs11-config", pkcs11Config.toString()));
      flags.addAll(List.of("--pin-file", pinFile.toString()));
    }
    try (Workplace place = common.workplace()) {
      ServerProcess.makeAuthority(place.folder(), flags.toArray(String[]::new));
      try (ServerProcess server = place.start(common.serverFlags());
          Probe api = new Probe(server)) {
        Fleet.register(api, devices, 1, Optional.empty());
        List<JsonNode> requests = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
          String request = DeviceKey.make().request(Fleet.device(i));
          requests.add(JsonMapper.shared().createObjectNode().put("csr", request));
        }
        issue(api, requests, 0, devices / 4); // what runs first is not counted
        double cpu = ProcessCost.cpuMicros(server.handle());
        long began = System.nanoTime();
        issue(api, requests, devices / 4, devices);
        int issued = devices - devices / 4;
        figures.print("issued_per_s", issued / ((System.nanoTime() - began) / 1e9), "1/s");
        figures.print(
            "server_cpu", (ProcessCost.cpuMicros(server.handle()) - cpu) / issued / 1000, "ms");
        return 0;
      }
    }
  }

  private void issue(Probe api, List<JsonNode> requests, int from, int to) {
    try (ExecutorService pool = Executors.newFixedThreadPool(atOnce)) {
      List<Future<JsonNode>> begun = new ArrayList<>();
      for (int i = from; i < to; i++) {
        String path = ApiPath.of("devices", Fleet.device(i), "certificates");
        JsonNode request = requests.get(i);
        begun.add(pool.submit(() -> api.post(path, request)));
      }
      for (Future<JsonNode> one : begun) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "not issued: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
  }
}
