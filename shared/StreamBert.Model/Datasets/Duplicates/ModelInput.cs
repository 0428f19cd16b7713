using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace StreamBert.Model.Datasets.Duplicates;

/// <summary>
/// What a model reads of a text: the ids of its tokens, without special tokens, cut to the model's maximum length. Texts that differ only
/// in what the tokenizer removes, such as case or the path of a web address, have the same input.
/// </summary>
public sealed class ModelInput
{
    internal ModelInput(ReadOnlySpan<int> ids, bool isTruncated)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(ids), hash);
        Fingerprint = BinaryPrimitives.ReadUInt128LittleEndian(hash);
        (Shingles, IsTruncated) = (TokenShingles.Of(ids), isTruncated);
    }

    /// <summary>The first 128 bits of the SHA-256 of the token ids: equal for equal inputs only, as far as SHA-256 is.</summary>
    public UInt128 Fingerprint { get; }

    /// <summary>Whether the model reads nothing, because the text has no token.</summary>
    public bool IsEmpty => Shingles.Length == 0;

    /// <summary>Whether the text has more tokens than the model reads.</summary>
    public bool IsTruncated { get; }

    /// <inheritdoc cref="TokenShingles"/>
    internal ulong[] Shingles { get; }
}
