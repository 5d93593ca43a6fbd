package io.vagus.ingest.http;

import static io.vagus.ingest.http.Http.READING;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.ingest.IngestFixture;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.registry.Edit;
import io.vagus.registry.Registry.DevicePatch;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway, t-1, sends for the devices behind it over HTTP. */
class GatewayPathTest {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final IngestFixture fixture = new IngestFixture();

  @BeforeEach
  void placeTheChildren() {
    for (String child : new String[] {"t-2", "c-1"}) {
      assertThat(
              fixture
                  .registry
                  .updateDevice(
                      new DeviceId(child),
                      DevicePatch.NOTHING.withGateway(new Edit.Put<>(new DeviceId("t-1"))),
                      OptionalLong.empty())
                  .gateway())
          .isPresent();
    }
  }

  @AfterEach
  void close() {
    client.close();
    fixture.close();
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return Http.send(client, Http.post(fixture.http(), path, body));
  }

  @Test
  void sendsForItsChildAndTheEnvelopeSaysSo() throws Exception {
    HttpResponse<String> response = post("/v1/t-1/via/t-2/telemetry", READING);

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    Envelope kept = fixture.envelopes().getFirst();
    assertThat(kept.device()).isEqualTo(new DeviceId("t-2"));
    assertThat(kept.gateway()).isEqualTo(Optional.of(new DeviceId("t-1")));
    assertThat(post("/v1/t-1/via/t-2/time", "{\"t0\": 12}").body()).contains("\"t1\":");
  }

  @Test
  void sendsForNoOther() throws Exception {
    assertThat(post("/v1/t-1/via/t-1/telemetry", READING).statusCode()).isEqualTo(403);
    assertThat(post("/v1/t-1/via/x/telemetry", READING).statusCode()).isEqualTo(403);
    assertThat(post("/v1/t-2/via/c-1/telemetry", READING).statusCode()).isEqualTo(403);
    for (String path :
        new String[] {"/v1/t-1/via/t-2", "/v1/t-1/via/t-2/nonsense", "/v1/t-1/via//telemetry"}) {
      assertThat(post(path, READING).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(fixture.envelopes()).isEmpty();
  }

  @Test
  void isHeldToTheRateOfItsChild() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(post("/v1/t-1/via/c-1/telemetry", READING).statusCode()).isEqualTo(200);
    }
    assertThat(post("/v1/t-1/via/c-1/telemetry", READING).statusCode()).isEqualTo(429);
    assertThat(post("/v1/t-1/via/t-2/telemetry", READING).statusCode()).isEqualTo(200);
  }
}
