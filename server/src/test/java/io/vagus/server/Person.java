package io.vagus.server;

import static io.vagus.server.RunningServer.expect;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** A user of a server, signed in as at the console. */
final class Person {
  static final String PASSWORD = "correct horse battery";

  private final HttpClient client = HttpClient.newHttpClient();
  private final RunningServer server;
  private final String cookie;

  private Person(RunningServer server, String cookie) {
    this.server = server;
    this.cookie = cookie;
  }

  /** Makes the user, and signs him in. */
  static Person of(RunningServer server, String name, String role) throws Exception {
    expect(
        201,
        server.post(
            "/api/v1/users",
            "{\"name\":\"%s\",\"password\":\"%s\",\"grants\":[{\"role\":\"%s\",\"group\":\"all\"}]}"
                .formatted(name, PASSWORD, role)));
    HttpResponse<String> login =
        new Person(server, "")
            .post(
                "/api/v1/login", "{\"name\":\"%s\",\"password\":\"%s\"}".formatted(name, PASSWORD));
    return new Person(server, login.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0]);
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.httpUrl() + path))
            .header("X-Vagus-Console", "1")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!cookie.isEmpty()) {
      request.header("Cookie", cookie);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
