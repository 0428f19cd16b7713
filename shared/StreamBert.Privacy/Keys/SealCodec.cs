using System.Security.Cryptography;

namespace StreamBert.Privacy.Keys;

/// <summary>
/// Encrypts bytes for a subject: AES-256-GCM (NIST SP 800-38D) with a fresh nonce. The layout is version, key id (16), nonce (12), tag
/// (16), cipher text.
/// The associated data (the id of the text) is bound to the seal: a seal that was moved to another text does not open.
/// </summary>
public static class SealCodec
{
    private const byte Version = 1;
    private const int IdBytes = 16, NonceBytes = 12, TagBytes = 16;
    private const int HeadBytes = 1 + IdBytes + NonceBytes + TagBytes;

    /// <summary>Seals bytes.</summary>
    public static byte[] Seal(SubjectKey key, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> associatedData)
    {
        var sealedBytes = new byte[HeadBytes + plain.Length];
        sealedBytes[0] = Version;
        key.Id.TryWriteBytes(sealedBytes.AsSpan(1));
        var nonce = sealedBytes.AsSpan(1 + IdBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Bytes, TagBytes);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(HeadBytes), sealedBytes.AsSpan(HeadBytes - TagBytes, TagBytes), associatedData);
        return sealedBytes;
    }

    /// <summary>Returns the id of the key that opens a seal; null if the bytes are not a seal.</summary>
    public static Guid? KeyIdOf(ReadOnlySpan<byte> sealedBytes) =>
        sealedBytes.Length >= HeadBytes && sealedBytes[0] == Version ? new Guid(sealedBytes.Slice(1, IdBytes)) : null;

    /// <summary>Opens a seal.</summary>
    /// <returns>Null if the seal was changed, or belongs to other associated data or another key.</returns>
    public static byte[]? Open(SubjectKey key, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associatedData)
    {
        if (KeyIdOf(sealedBytes) != key.Id)
            return null;
        var plain = new byte[sealedBytes.Length - HeadBytes];
        using var aes = new AesGcm(key.Bytes, TagBytes);
        try
        {
            aes.Decrypt(
                sealedBytes.Slice(1 + IdBytes, NonceBytes),
                sealedBytes[HeadBytes..],
                sealedBytes.Slice(HeadBytes - TagBytes, TagBytes),
                plain,
                associatedData);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
