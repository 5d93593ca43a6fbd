package io.vagus.server;

import io.vagus.api.ApiConfig;
import io.vagus.api.LoginConfig;
import io.vagus.api.OidcConfig;
import io.vagus.command.CommandConfig;
import io.vagus.ingest.AccessConfig;
import io.vagus.ingest.LimitsConfig;
import io.vagus.ingest.ListenConfig;
import io.vagus.ingest.TlsConfig;
import io.vagus.ingest.mqtt.MqttConfig;
import io.vagus.journal.JournalConfig;
import io.vagus.kit.Settings;
import io.vagus.process.ProcessConfig;
import io.vagus.registry.sql.RegistryConfig;
import io.vagus.series.SeriesConfig;
import io.vagus.sink.SinkConfig;
import io.vagus.trust.TrustConfig;
import io.vagus.watch.AlertConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All settings of a server, a section each. */
public record Configuration(
    ServerConfig server,
    ListenConfig listen,
    TlsConfig tls,
    RegistryConfig registry,
    TrustConfig trust,
    LimitsConfig limits,
    AccessConfig access,
    MqttConfig mqtt,
    JournalConfig journal,
    ProcessConfig process,
    SeriesConfig series,
    CommandConfig commands,
    AlertConfig alerts,
    SinkConfig sinks,
    ApiConfig api,
    LoginConfig login,
    OidcConfig oidc,
    List<Settings.Effective> effective) {

  /** The keys that have a short name, as a flag ({@code --mqtt}) and a variable. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "data", "server.data",
          "http", "listen.http",
          "https", "listen.https",
          "mqtt", "listen.mqtt",
          "mqtts", "listen.mqtts",
          "ws", "listen.ws",
          "wss", "listen.wss",
          "open", "listen.open",
          "registry", "registry.kind");

  /** Reads the file, the environment and the flags; refuses what no section knows. */
  public static Configuration read(
      @Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
    Settings settings = Settings.of(file, environment, flags, ALIASES);
    ServerConfig server = settings.bind("server", ServerConfig.defaults());
    ListenConfig listen = settings.bind("listen", ListenConfig.defaults());
    TlsConfig tls = settings.bind("tls", TlsConfig.defaults());
    RegistryConfig registry = settings.bind("registry", RegistryConfig.defaults());
    TrustConfig trust = settings.bind("trust", TrustConfig.defaults());
    LimitsConfig limits = settings.bind("limits", LimitsConfig.defaults());
    AccessConfig access = settings.bind("access", AccessConfig.defaults());
    MqttConfig mqtt = settings.bind("mqtt", MqttConfig.defaults());
    JournalConfig journal = settings.bind("journal", JournalConfig.defaults());
    ProcessConfig process = settings.bind("process", ProcessConfig.defaults());
    SeriesConfig series = settings.bind("series", SeriesConfig.defaults());
    CommandConfig commands = settings.bind("commands", CommandConfig.defaults());
    AlertConfig alerts = settings.bind("alerts", AlertConfig.defaults());
    SinkConfig sinks = settings.bind("sinks", SinkConfig.defaults());
    ApiConfig api = settings.bind("api", ApiConfig.defaults());
    LoginConfig login = settings.bind("login", LoginConfig.defaults());
    OidcConfig oidc = settings.bind("oidc", OidcConfig.defaults());
    settings.refuseUnknown();
    return new Configuration(
        server,
        listen,
        tls,
        registry,
        trust,
        limits,
        access,
        mqtt,
        journal,
        process,
        series,
        commands,
        alerts,
        sinks,
        api,
        login,
        oidc,
        settings.effective());
  }
}
