package io.vagus.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {
  /** The example of the specification, Standard Webhooks 1.0. */
  @Test
  void signsAsTheStandardDoes() {
    WebhookSignature signature =
        WebhookSignature.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").orElseThrow();
    assertThat(
            signature.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}"))
        .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  }

  @Test
  void takesNoSecretThatIsShortOrNone() {
    for (String wrong : List.of("", "whsec_", "whsec_AAAA", "whsec_%%%", "hunter2")) {
      assertThat(WebhookSignature.of(wrong)).as(wrong).isEmpty();
    }
  }
}
