package io.vagus.cli;

import io.vagus.server.Configuration;
import io.vagus.server.Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the build runs once, so that the JVM's start-up cache holds what a start needs. */
@Command(name = "train", hidden = true)
final class TrainCommand implements Callable<Integer> {
  @Option(names = "--data", required = true)
  @SuppressWarnings("NullAway.Init") // picocli fills it
  String data;

  @Override
  public Integer call() throws Exception {
    Map<String, String> flags =
        Map.of("data", data, "http", "127.0.0.1:0", "mqtt", "127.0.0.1:0", "open", "true");
    // Twice: a new data folder, and one that is there.
    for (int i = 0; i < 2; i++) {
      try (Server server = Server.start(Configuration.read(null, Map.of(), flags))) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(server.httpUrl() + "/v1/training/telemetry"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"temperature\": 21.5}"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
          HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
          System.out.println(answer.statusCode() + " " + answer.body());
        }
      }
    }
    return 0;
  }
}
