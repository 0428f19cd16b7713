namespace StreamBert.Privacy.Keys;

/// <summary>A subject's key: AES, 256 bits.</summary>
/// <param name="Id">The id of the key, which every seal contains.</param>
/// <param name="Bytes">The 32 bytes of the key.</param>
public sealed record SubjectKey(Guid Id, byte[] Bytes);
