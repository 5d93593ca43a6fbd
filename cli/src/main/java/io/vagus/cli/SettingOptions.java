package io.vagus.cli;

import io.vagus.server.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The flags by which a server's settings are given; shared by all commands that read them. */
final class SettingOptions {
  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli fills it
  CommandSpec command;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file (default: vagus.properties here, when there is one).")
  @Nullable Path config;

  @Option(names = "--data", paramLabel = "DIR", description = "Data folder (default: data).")
  @Nullable String data;

  @Option(
      names = "--http",
      paramLabel = "ADDR",
      description = "API, console, HTTP ingestion (default: 127.0.0.1:8080).")
  @Nullable String http;

  @Option(names = "--https", paramLabel = "ADDR", description = "The same over TLS (default: off).")
  @Nullable String https;

  @Option(names = "--mqtt", paramLabel = "ADDR", description = "MQTT (default: 127.0.0.1:1883).")
  @Nullable String mqtt;

  @Option(names = "--mqtts", paramLabel = "ADDR", description = "MQTT over TLS (default: off).")
  @Nullable String mqtts;

  @Option(names = "--ws", paramLabel = "ADDR", description = "MQTT over WebSocket (default: off).")
  @Nullable String ws;

  @Option(
      names = "--wss",
      paramLabel = "ADDR",
      description = "MQTT over WebSocket and TLS (default: off).")
  @Nullable String wss;

  @Option(
      names = "--open",
      description = "For trying things out: no credentials asked, on loopback addresses only.")
  boolean open;

  /** Any other setting: {@link Main#commandLine} lets options that are not known come here. */
  @Parameters(arity = "0..*", hidden = true)
  List<String> others = new ArrayList<>();

  /** Reads file, environment and flags. */
  Configuration read() {
    return Configuration.read(file(), System.getenv(), flags());
  }

  /** The same, open unless a flag says otherwise. */
  Configuration readOpen() {
    Map<String, String> flags = flags();
    if (!flags.containsKey("listen.open")) {
      flags.put("open", "true");
    }
    return Configuration.read(file(), System.getenv(), flags);
  }

  private Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    put(flags, "data", data);
    put(flags, "http", http);
    put(flags, "https", https);
    put(flags, "mqtt", mqtt);
    put(flags, "mqtts", mqtts);
    put(flags, "ws", ws);
    put(flags, "wss", wss);
    if (open) {
      flags.put("open", "true");
    }
    for (String other : others) {
      int equals = other.indexOf('=');
      if (!other.startsWith("--") || other.indexOf('.') < 0 || equals < 0) {
        throw new ParameterException(
            command.commandLine(),
            "unknown argument " + other + " (expected: --SECTION.KEY=VALUE, see `./vagus config`)");
      }
      flags.put(other.substring(2, equals), other.substring(equals + 1));
    }
    return flags;
  }

  private @Nullable Path file() {
    return file(config);
  }

  /**
   * @param config what a flag says
   */
  static @Nullable Path file(@Nullable Path config) {
    String variable = System.getenv("VAGUS_CONFIG");
    Path standard = Path.of("vagus.properties");
    if (config != null) {
      return config;
    } else if (variable != null) {
      return Path.of(variable);
    }
    return Files.exists(standard) ? standard : null;
  }

  private static void put(Map<String, String> flags, String name, @Nullable String value) {
    if (value != null) {
      flags.put(name, value);
    }
  }
}
