package io.vagus.cli;

import io.vagus.bench.Rehearsal;
import io.vagus.kit.HostPort;
import io.vagus.server.Configuration;
import io.vagus.server.Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What the build runs once, so that the JVM's start-up cache holds what a start needs, and how the
 * code behaves under load (JEP 515), so that the JIT need not find it out again.
 */
@Command(name = "train", hidden = true)
final class TrainCommand implements Callable<Integer> {
  @Option(names = "--data", required = true)
  @SuppressWarnings("NullAway.Init") // picocli fills it
  String data;

  @Override
  public Integer call() throws Exception {
    Map<String, String> flags =
        Map.of("data", data, "http", "127.0.0.1:0", "mqtt", "127.0.0.1:0", "mqtts", "127.0.0.1:0");
    // A new data folder, with the traffic that the JIT's profile is to show.
    try (Server server = Server.start(Configuration.read(null, Map.of(), flags))) {
      rehearse(server);
    }
    // One that is there.
    Map<String, String> open = new HashMap<>(flags);
    open.put("open", "true");
    try (Server server = Server.start(Configuration.read(null, Map.of(), open))) {
      post(server, "{\"temperature\": 21.5}");
    }
    return 0;
  }

  private static void rehearse(Server server) {
    URI http = URI.create(server.httpUrl());
    String mqtt = server.readyLine().replaceAll(".* mqtt=(\\S+).*", "$1");
    new Rehearsal(http, HostPort.parse(mqtt), server.firstToken().orElseThrow())
        .run(Duration.ofSeconds(3), Duration.ofSeconds(4));
  }

  private static void post(Server server, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + "/v1/training/telemetry"))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      System.out.println(answer.statusCode() + " " + answer.body());
    }
  }
}
