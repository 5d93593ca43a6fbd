package io.vagus.bench;

import io.vagus.bench.mqtt.DeviceConnection;
import io.vagus.bench.mqtt.MessageWriter;
import io.vagus.bench.mqtt.Protocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What idle connections cost: memory each, and CPU to make them. */
@Command(
    name = "connect",
    description = "What idle connections cost the server: bytes each, and CPU to make them.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  ./vagus bench connect --connections 1000 --tls"})
final class ConnectBench implements Callable<Integer> {
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  @Mixin CommonOptions common = new CommonOptions();

  @Option(
      names = "--connections",
      description = "How many; mind the limit of open files (default: ${DEFAULT-VALUE}).")
  int connections = 5000;

  @Option(names = "--tls", description = "Over TLS.")
  boolean tls;

  @Option(
      names = "--open",
      description = "Without secrets, whose checks cost more than all else (the server's --open).")
  boolean open;

  private final Figures figures = new Figures("connect");

  @Override
  public Integer call() {
    List<String> flags = common.serverFlags("--mqtts", tls ? "127.0.0.1:0" : "off");
    if (open) {
      flags.add("--open");
    }
    try (Workplace place = common.workplace();
        ServerProcess server = place.start(flags);
        Probe api = new Probe(server);
        MqttLoad first = new MqttLoad(20, 1, server.tls(tls), 1, source(connections));
        MqttLoad load = new MqttLoad(connections, 1, server.tls(tls), 1, source(0))) {
      Optional<String> secret = open ? Optional.empty() : Optional.of(Fleet.SECRET);
      figures.progress("registering %,d devices", connections + 20);
      Fleet.register(api, connections + 20, 1, secret);
      // A few before, so that what the first connection loads is not counted.
      first.connect(server.mqtt(listener()), 20, Duration.ofMinutes(1));
      measure(server, load);
      return 0;
    }
  }

  private String listener() {
    return tls ? "mqtts" : "mqtt";
  }

  private MqttLoad.Source source(int firstDevice) {
    return new MqttLoad.Source() {
      @Override
      public DeviceConnection.Login login(int connection) {
        return new DeviceConnection.Login(
            Protocol.V5, Fleet.device(firstDevice + connection), open ? "" : Fleet.SECRET, false);
      }

      @Override
      public MessageWriter writer(int connection) {
        return (packetId, dup, number, timeMicros) -> new byte[0];
      }
    };
  }

  private void measure(ServerProcess server, MqttLoad load) {
    double heap = liveHeapBytes(server);
    double resident = ProcessCost.residentBytes(server.handle());
    double cpu = ProcessCost.cpuMicros(server.handle());
    long start = System.nanoTime();
    load.connect(server.mqtt(listener()), 200, Duration.ofMinutes(20));
    double seconds = (System.nanoTime() - start) / 1e9;
    figures.print("connections_per_s", connections / seconds, "1/s");
    figures.print(
        "server_cpu_per_connection",
        (ProcessCost.cpuMicros(server.handle()) - cpu) / connections,
        "us");
    figures.print("heap_per_connection", (liveHeapBytes(server) - heap) / connections, "bytes");
    figures.print(
        "rss_per_connection",
        (ProcessCost.residentBytes(server.handle()) - resident) / connections,
        "bytes");
    figures.print("rss", ProcessCost.residentBytes(server.handle()) / (1 << 20), "MiB");
  }

  /** After a collection: the JDK's own jcmd asks for it. */
  private static double liveHeapBytes(ServerProcess server) {
    jcmd(server, "GC.run");
    // The heap's parts come before what is not of the heap.
    String heap = jcmd(server, "GC.heap_info").split("Metaspace", 2)[0];
    return USED.matcher(heap).results().mapToLong(m -> Long.parseLong(m.group(1))).sum() * 1024.0;
  }

  private static String jcmd(ServerProcess server, String command) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process process =
          new ProcessBuilder(jcmd, Long.toString(server.handle().pid()), command)
              .redirectErrorStream(true)
              .start();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return answer;
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
