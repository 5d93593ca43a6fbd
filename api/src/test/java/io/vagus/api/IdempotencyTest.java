package io.vagus.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls with an Idempotency-Key. */
class IdempotencyTest {
  private Fixture fixture;

  @BeforeEach
  void start() {
    fixture = Fixture.secured();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private HttpResponse<String> post(String path, String key, String body) throws Exception {
    return Fixture.send(fixture.request("POST", path, body).header("Idempotency-Key", key).build());
  }

  @Test
  void givesTheFirstAnswerAgain() throws Exception {
    String body = "{\"id\": \"a\", \"product\": \"pump\"}";
    HttpResponse<String> first = post("/api/v1/devices", "k1", body);
    HttpResponse<String> second = post("/api/v1/devices", "k1", body);
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body());
    for (String header : List.of("ETag", "Location", "Content-Type")) {
      assertThat(second.headers().firstValue(header)).isEqualTo(first.headers().firstValue(header));
    }
    assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
    assertThat(second.headers().firstValue("Idempotency-Replayed")).contains("true");
  }

  @Test
  void refusesTheKeyForAnotherRequest() throws Exception {
    post("/api/v1/devices", "k1", "{\"id\": \"a\", \"product\": \"pump\"}");
    HttpResponse<String> other =
        post("/api/v1/devices", "k1", "{\"id\": \"b\", \"product\": \"pump\"}");
    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(fixture.get("/api/v1/devices/b").statusCode()).isEqualTo(404);
  }

  @Test
  void refusedCallsMayBeMendedUnderTheSameKey() throws Exception {
    assertThat(post("/api/v1/devices", "k1", "{\"id\": \"a\"}").statusCode()).isEqualTo(400);
    assertThat(post("/api/v1/devices", "k1", "{\"id\": \"a\", \"product\": \"pump\"}").statusCode())
        .isEqualTo(201);
  }

  @Test
  void callsAtOnceTakeEffectOnce() throws Exception {
    List<Future<HttpResponse<String>>> calls = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 20; i++) {
        calls.add(threads.submit(() -> post("/api/v1/devices/pump-1/secret", "k1", "{}")));
      }
    }
    int made = 0;
    for (Future<HttpResponse<String>> call : calls) {
      assertThat(call.get().statusCode()).isEqualTo(200);
      made += call.get().body().contains("secret") ? 1 : 0;
    }
    assertThat(made).isEqualTo(1);
  }

  @Test
  void keepsNoSecret() throws Exception {
    String body = "{\"name\": \"grafana\", \"scopes\": [\"viewer\"]}";
    assertThat(post("/api/v1/tokens", "k1", body).body()).contains("\"token\":");
    assertThat(post("/api/v1/tokens", "k1", body).body()).doesNotContain("token\":");
  }

  @Test
  void refusesKeysThatAreNone() throws Exception {
    for (String key : List.of("a b", "k".repeat(256))) {
      HttpResponse<String> response = post("/api/v1/devices/pump-1/secret", key, "{}");
      assertThat(response.statusCode()).isEqualTo(400);
    }
  }

  @Test
  void worksForBulk() throws Exception {
    String body =
        "[{\"id\": \"b1\", \"product\": \"pump\"}, {\"id\": \"b2\", \"product\": \"pump\"}]";
    assertThat(post("/api/v1/devices/bulk", "k1", body).statusCode()).isEqualTo(201);
    assertThat(post("/api/v1/devices/bulk", "k1", body).body())
        .isEqualTo("{\"created\":2,\"failed\":0,\"errors\":[]}");
  }
}
