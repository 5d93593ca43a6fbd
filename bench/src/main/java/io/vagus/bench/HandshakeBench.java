package io.vagus.bench;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** What TLS costs to begin: full, resumed, with a client's certificate, and after a restart. */
@Command(
    name = "handshake",
    description = {
      "TLS handshakes of MQTT connections: full, resumed, and with a device's certificate, each",
      "until CONNACK. The clients' half is done by this process, on the same processors."
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./vagus bench handshake --seconds 10"})
final class HandshakeBench implements Callable<Integer> {
  private static final String DEVICE = Fleet.device(0);
  private static final int TIMEOUT_MILLIS = 30_000;

  @Mixin CommonOptions common = new CommonOptions();

  @Option(names = "--seconds", description = "For each kind (default: ${DEFAULT-VALUE}).")
  int seconds = 8;

  @Option(names = "--at-once", description = "Clients at a time (default: ${DEFAULT-VALUE}).")
  int atOnce = 8;

  private final Figures figures = new Figures("handshake");
  private final DeviceKey key = DeviceKey.make();

  @Override
  public Integer call() throws IOException {
    try (Workplace place = common.workplace()) {
      ServerProcess.makeAuthority(place.folder());
      List<String> flags = common.serverFlags("--mqtts", "127.0.0.1:0", "--open");
      List<SSLContext> kept = new ArrayList<>();
      try (ServerProcess server = place.start(flags);
          Probe api = new Probe(server)) {
        Fleet.register(api, 1, 1, Optional.empty());
        TrustManager[] trust = server.trust();
        String certificate =
            api.post(
                    "/api/v1/devices/" + DEVICE + "/certificates",
                    JsonMapper.shared().createObjectNode().put("csr", key.request(DEVICE)))
                .path("certificate")
                .asString();
        run("warmup", server, false, () -> fresh(trust));
        run("full", server, false, () -> fresh(trust));
        run("certificate", server, false, () -> key.tls(certificate, trust));
        kept.addAll(run("resumed", server, true, () -> fresh(trust)));
      }
      try (ServerProcess server = place.start(flags)) {
        int resumed = 0;
        for (SSLContext context : kept) {
          resumed += connect(context, server) ? 1 : 0;
        }
        figures.print("resumed_after_restart", resumed / (double) kept.size(), "1");
      }
      return 0;
    }
  }

  private static SSLContext fresh(TrustManager[] trust) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new VagusException(ErrorCode.INTERNAL, "no TLS client: " + e, e);
    }
  }

  /** Whether it was resumed. */
  private static boolean connect(SSLContext tls, ServerProcess server) throws IOException {
    long began = WallClock.system().micros() / 1000;
    try (BlockingMqtt mqtt =
        BlockingMqtt.connect(tls, server.mqtt("mqtts").port(), DEVICE, TIMEOUT_MILLIS)) {
      return mqtt.sessionMillis() < began;
    }
  }

  /**
   * As many as go.
   *
   * @param keep whether a client keeps its context, and with it its sessions
   * @return those that were kept
   */
  private List<SSLContext> run(
      String kind, ServerProcess server, boolean keep, Supplier<SSLContext> fresh) {
    LongAdder done = new LongAdder();
    LongAdder resumed = new LongAdder();
    List<SSLContext> contexts = new ArrayList<>();
    double cpu = ProcessCost.cpuMicros(server.handle());
    long began = System.nanoTime();
    long end = began + seconds * 1_000_000_000L;
    try (ExecutorService pool = Executors.newFixedThreadPool(atOnce)) {
      List<Future<SSLContext>> clients = new ArrayList<>();
      for (int i = 0; i < atOnce; i++) {
        clients.add(
            pool.submit(() -> {
              SSLContext own = fresh.get();
              while (System.nanoTime() < end) {
                if (connect(keep ? own : fresh.get(), server)) {
                  resumed.increment();
                }
                done.increment();
              }
              return own;
            }));
      }
      for (Future<SSLContext> client : clients) {
        contexts.add(client.get());
      }
    } catch (ExecutionException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "a client failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VagusException(ErrorCode.STOPPING, "interrupted", e);
    }
    double took = (System.nanoTime() - began) / 1e9;
    double used = ProcessCost.cpuMicros(server.handle()) - cpu;
    figures.print(kind + "_per_s", done.sum() / took, "1/s");
    figures.print(kind + "_server_cpu", used / done.sum() / 1000, "ms");
    figures.print(kind + "_resumed", resumed.sum() / (double) done.sum(), "1");
    return contexts;
  }
}
