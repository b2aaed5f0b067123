#!/usr/bin/env python3
"""Make certificates with what can be said of them, and in all forms they have.

usage: status.py FOLDER

Writes into FOLDER
  ca.pem                      the root; inter.pem, the intermediate below it
  NAME.crt/.key               chain and key of: good, revoked, staple (good only
                              with an OCSP answer), rsa, ed25519
  NAME.spki.pem/.spki.der     its public key; NAME.pin, "sha256//..."
  crls.pem                    lists of both issuers; `revoked` is on one
  crl_NAME.pem                others: no_root, no_inter, expired, forged
  NAME.ocsp                   answers for good: good, revoked, unknown, expired,
                              early, forged, other, delegated, undelegated, error
  client.*                    a client's certificate: pem, key, enc.key, both.pem,
                              der, key.der, p12, nopass.p12
"""
import base64
import hashlib
import pathlib
import sys

from certs import DAY, NOW, Cert, dns, ip, pem, private_pem
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM
SPKI = serialization.PublicFormat.SubjectPublicKeyInfo
LOCAL = [*dns("localhost", "good.test"), *ip("127.0.0.1")]


def write_row(folder, row, cert):
    (folder / f"{row}.crt").write_bytes(b"".join(pem(c.cert) for c in cert.chain()))
    (folder / f"{row}.key").write_bytes(private_pem(cert.key))
    key = cert.cert.public_key()
    (folder / f"{row}.spki.pem").write_bytes(key.public_bytes(PEM, SPKI))
    der = key.public_bytes(DER, SPKI)
    (folder / f"{row}.spki.der").write_bytes(der)
    (folder / f"{row}.pin").write_text("sha256//" + base64.b64encode(hashlib.sha256(der).digest()).decode())


def crl(by, revoked=(), start=NOW - DAY, end=NOW + DAY, key=None):
    b = x509.CertificateRevocationListBuilder().issuer_name(by.cert.subject).last_update(start).next_update(end)
    for cert in revoked:
        b = b.add_revoked_certificate(x509.RevokedCertificateBuilder()
                                      .serial_number(cert.cert.serial_number).revocation_date(start).build())
    b = b.add_extension(x509.CRLNumber(1), False)
    b = b.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), False)
    return b.sign(key or by.key, hashes.SHA256()).public_bytes(PEM)


def write_crls(folder, root, inter, revoked):
    of_root, of_inter = crl(root), crl(inter, [revoked])
    stranger = ec.generate_private_key(ec.SECP256R1())
    for name, parts in {
            "crls": [of_root, of_inter],
            "crl_no_root": [of_inter],
            "crl_no_inter": [of_root],
            "crl_expired": [of_root, crl(inter, [], NOW - 3 * DAY, NOW - DAY)],
            "crl_forged": [of_root, crl(inter, [], key=stranger)],
    }.items():
        (folder / f"{name}.pem").write_bytes(b"".join(parts))


def answer(cert, issuer, status=ocsp.OCSPCertStatus.GOOD, start=NOW - DAY, end=NOW + DAY, by=None):
    is_revoked = status == ocsp.OCSPCertStatus.REVOKED
    by = by or issuer
    b = ocsp.OCSPResponseBuilder().add_response(
        cert=cert.cert, issuer=issuer.cert, algorithm=hashes.SHA1(), cert_status=status, this_update=start,
        next_update=end, revocation_time=start if is_revoked else None,
        revocation_reason=x509.ReasonFlags.key_compromise if is_revoked else None)
    b = b.responder_id(ocsp.OCSPResponderEncoding.HASH, by.cert)
    if by is not issuer:
        b = b.certificates([by.cert])
    return b.sign(by.key, hashes.SHA256()).public_bytes(DER)


def turned(data):
    """With the last bit of its signature turned: it ends with it."""
    return data[:-1] + bytes([data[-1] ^ 1])


def write_answers(folder, good, other, inter):
    status = ocsp.OCSPCertStatus
    responder = Cert("responder", inter, eku=[ExtendedKeyUsageOID.OCSP_SIGNING])
    no_responder = Cert("no responder", inter, dns("x.test"))
    for name, data in {
            "good": answer(good, inter),
            "revoked": answer(good, inter, status.REVOKED),
            "unknown": answer(good, inter, status.UNKNOWN),
            "expired": answer(good, inter, start=NOW - 3 * DAY, end=NOW - DAY),
            "early": answer(good, inter, start=NOW + DAY, end=NOW + 3 * DAY),
            "forged": turned(answer(good, inter)),
            "other": answer(other, inter),
            "delegated": answer(good, inter, by=responder),
            "undelegated": answer(good, inter, by=no_responder),
            "error": ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
                     .public_bytes(DER),
    }.items():
        (folder / f"{name}.ocsp").write_bytes(data)


def write_client(folder, inter, root):
    client = Cert("client", inter, dns("client.test"), eku=[ExtendedKeyUsageOID.CLIENT_AUTH])
    chain = [c.cert for c in client.chain()]
    word = serialization.BestAvailableEncryption(b"word")
    (folder / "client.pem").write_bytes(b"".join(c.public_bytes(PEM) for c in chain))
    (folder / "client.key").write_bytes(private_pem(client.key))
    encrypted = client.key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, word)
    (folder / "client.enc.key").write_bytes(encrypted)
    (folder / "client.old.key").write_bytes(
        client.key.private_bytes(PEM, serialization.PrivateFormat.TraditionalOpenSSL, word))
    (folder / "client.both.pem").write_bytes(encrypted + b"".join(c.public_bytes(PEM) for c in chain))
    # By the root, so that one certificate is the whole chain.
    single = Cert("single", root, dns("client.test"), key=client.key, eku=[ExtendedKeyUsageOID.CLIENT_AUTH])
    (folder / "client.der").write_bytes(single.cert.public_bytes(DER))
    (folder / "client.key.der").write_bytes(
        client.key.private_bytes(DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    # What surrounds the chain stands before it, and has nothing to do with it.
    others = [Cert("stranger", ca=True).cert, *chain[:0:-1]]
    (folder / "client.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"client", client.key, chain[0], others, word))
    (folder / "client.nopass.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"client", client.key, chain[0], others,
                                              serialization.NoEncryption()))
    old = (serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2048)
           .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1()).build(b"word"))
    (folder / "client.old.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"client", client.key, chain[0], others, old))


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    root = Cert("Quiver Status Root", ca=True)
    inter = Cert("Quiver Status CA", root, ca=True)
    (folder / "ca.pem").write_bytes(pem(root.cert))
    (folder / "inter.pem").write_bytes(pem(inter.cert))
    must_staple = [(x509.TLSFeature([x509.TLSFeatureType.status_request]), False)]
    rows = {
        "good": Cert("good", inter, LOCAL),
        "revoked": Cert("revoked", inter, LOCAL),
        "rsa": Cert("rsa", inter, LOCAL, key=rsa.generate_private_key(65537, 2048)),
        "ed25519": Cert("ed25519", inter, LOCAL, key=ed25519.Ed25519PrivateKey.generate()),
        "staple": Cert("staple", inter, LOCAL, extra=must_staple),
    }
    for row, cert in rows.items():
        write_row(folder, row, cert)
    (folder / "staple.ocsp").write_bytes(answer(rows["staple"], inter))
    write_crls(folder, root, inter, rows["revoked"])
    write_answers(folder, rows["good"], rows["rsa"], inter)
    write_client(folder, inter, root)


main()
