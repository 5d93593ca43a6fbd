package io.vagus.trust;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A certification request (PKCS #10, RFC 2986) that was found in order: signed with its own key,
 * which is of a kind that is taken here. Of all it asks for only the key is granted; the rest of
 * the certificate is the authority's.
 *
 * @param names every name it asks for, of whatever kind
 */
record SigningRequest(PublicKey key, KeyKind kind, List<String> names) {
  static final int MAX_BYTES = 16_384;

  /**
   * Reads and checks.
   *
   * @param request DER or PEM
   * @throws VagusException INVALID_REQUEST that names what is wrong
   */
  static SigningRequest read(byte[] request) {
    if (request.length > MAX_BYTES) {
      throw invalid(request.length + " bytes (expected: <= " + MAX_BYTES + ")");
    }
    try {
      var parsed = new JcaPKCS10CertificationRequest(der(request));
      PublicKey key = parsed.getPublicKey();
      KeyKind kind =
          KeyKind.of(key)
              .orElseThrow(() ->
                  invalid("key of kind " + key.getAlgorithm() + " (expected: P-256 or Ed25519)"));
      if (!parsed.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw invalid("not signed with its own key (expected: proof of possession)");
      }
      return new SigningRequest(key, kind, names(parsed));
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | IllegalArgumentException
        | IllegalStateException
        | ClassCastException e) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "csr: cannot be read (expected: PKCS #10, DER or PEM)", e);
    }
  }

  private static byte[] der(byte[] request) {
    return Pem.isPem(request)
        ? Pem.decode(new String(request, StandardCharsets.ISO_8859_1))
        : request;
  }

  private static List<String> names(JcaPKCS10CertificationRequest request) {
    List<String> names = new ArrayList<>();
    for (RDN rdn : request.getSubject().getRDNs()) {
      for (AttributeTypeAndValue part : rdn.getTypesAndValues()) {
        String value = IETFUtils.valueToString(part.getValue());
        names.add(part.getType().equals(BCStyle.CN) ? value : part.getType() + "=" + value);
      }
    }
    Extensions extensions = request.getRequestedExtensions();
    GeneralNames alternatives =
        extensions == null
            ? null
            : GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
    if (alternatives != null) {
      for (GeneralName name : alternatives.getNames()) {
        ASN1Encodable value = name.getName();
        boolean isUri = name.getTagNo() == GeneralName.uniformResourceIdentifier;
        names.add(isUri ? value.toString() : name.toString());
      }
    }
    return names;
  }

  /** SHA-256 of its SubjectPublicKeyInfo, hexadecimal. */
  String keyDigest() {
    return Digests.of(key.getEncoded());
  }

  /** The device that it names: the one whose id or URI is among its names. */
  DeviceId device() {
    return names.stream()
        .flatMap(name ->
            SubjectUri.device(name)
                .or(() -> Optional.of(name).filter(DeviceId::isValid).map(DeviceId::new))
                .stream())
        .findFirst()
        .orElseThrow(() -> invalid("names no device (expected: CN=its id)"));
  }

  /**
   * Refuses a request that names anybody else.
   *
   * @param alias another name that is the device's too, such as its hardware's serial number
   */
  void requireNames(DeviceId device, Optional<String> alias) {
    if (names.isEmpty()) {
      throw invalid("names nobody (expected: CN=" + device + ")");
    }
    for (String name : names) {
      if (!name.equals(device.value())
          && !name.equals(SubjectUri.ofDevice(device))
          && !alias.equals(Optional.of(name))) {
        String shown = name.length() > 128 ? name.substring(0, 128) + "…" : name;
        throw invalid(
            "name \""
                + shown.replaceAll("\\p{Cntrl}", "?")
                + "\" (expected: CN="
                + device
                + " and no other)");
      }
    }
  }

  private static VagusException invalid(String what) {
    return new VagusException(ErrorCode.INVALID_REQUEST, "csr: " + what);
  }
}
