using System.Text.Json;

namespace StreamBert.Model.SafeTensors;

/// <summary>
/// Parses the JSON header of a safetensors file and enforces the format: every byte behind the header belongs to exactly one tensor. The
/// header is parsed token by token, so that memory use is bounded by the entries that are kept.
/// </summary>
internal static class SafeTensorsHeader
{
    private const int MaxTensors = 100_000, MaxDimensions = 8, MaxDepth = 8, MaxQuotedLength = 120;
    private const string Metadata = "__metadata__";

    private static readonly Dictionary<string, int> ElementSizes = new(StringComparer.Ordinal)
    {
        ["BOOL"] = 1,
        ["U8"] = 1,
        ["I8"] = 1,
        ["F8_E5M2"] = 1,
        ["F8_E4M3"] = 1,
        ["U16"] = 2,
        ["I16"] = 2,
        ["F16"] = 2,
        ["BF16"] = 2,
        ["U32"] = 4,
        ["I32"] = 4,
        ["F32"] = 4,
        ["U64"] = 8,
        ["I64"] = 8,
        ["F64"] = 8,
    };

    /// <summary>Parses the header into tensor entries by name.</summary>
    /// <param name="dataBytes">The number of bytes behind the header.</param>
    /// <exception cref="InvalidDataException">
    /// The header is invalid; the message continues a sentence that begins with the file name.
    /// </exception>
    public static Dictionary<string, TensorEntry> Parse(ReadOnlySpan<byte> json, long dataBytes)
    {
        var reader = new Utf8JsonReader(json, new() { MaxDepth = MaxDepth });
        try
        {
            var entries = ReadTensors(ref reader, dataBytes);
            ValidateCoverage(entries, dataBytes);
            return entries;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("has a header that is not JSON of the required form", e);
        }
    }

    /// <summary>Quotes the name of a tensor for a message: shortened, and without control characters.</summary>
    public static string Quote(string name) =>
        "'" + string.Concat(name.Take(MaxQuotedLength).Select(static c => char.IsControl(c) ? '?' : c))
            + (name.Length > MaxQuotedLength ? "…'" : "'");

    private static Dictionary<string, TensorEntry> ReadTensors(ref Utf8JsonReader reader, long dataBytes)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new InvalidDataException("has a header that is not a JSON object");
        var entries = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ReadValidText(ref reader) ?? throw new InvalidDataException("has a tensor whose name is not valid Unicode");
            reader.Read();
            if (name == Metadata)
            {
                reader.Skip();
                continue;
            }

            var entry = ReadTensor(ref reader, name, dataBytes);
            if (!entries.TryAdd(name, entry)) throw new InvalidDataException($"names tensor {Quote(name)} twice");
            if (entries.Count > MaxTensors) throw new InvalidDataException($"names more than {MaxTensors} tensors");
        }

        reader.Read(); // throws if anything but white space follows the object
        return entries;
    }

    private static TensorEntry ReadTensor(ref Utf8JsonReader reader, string name, long dataBytes)
    {
        string? dtype = null;
        long[]? shape = null, offsets = null;
        if (reader.TokenType != JsonTokenType.StartObject) throw Malformed(name);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (dtype is null && reader.ValueTextEquals("dtype"u8)) dtype = ReadText(ref reader, name);
            else if (shape is null && reader.ValueTextEquals("shape"u8)) shape = ReadNumbers(ref reader, name);
            else if (offsets is null && reader.ValueTextEquals("data_offsets"u8)) offsets = ReadNumbers(ref reader, name);
            else throw Malformed(name);
        }

        return dtype is not null && shape is not null && offsets is [var begin, var end]
            ? Validate(new(dtype, shape, begin, end), name, dataBytes)
            : throw Malformed(name);
    }

    private static string ReadText(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return (reader.TokenType == JsonTokenType.String ? ReadValidText(ref reader) : null) ?? throw Malformed(name);
    }

    private static long[] ReadNumbers(ref Utf8JsonReader reader, string name)
    {
        var numbers = new List<long>();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) throw Malformed(name);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            numbers.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= 0
                && numbers.Count < MaxDimensions
                ? number
                : throw Malformed(name));
        }

        return [.. numbers];
    }

    private static TensorEntry Validate(TensorEntry entry, string name, long dataBytes)
    {
        if (!ElementSizes.TryGetValue(entry.Dtype, out var size))
            throw new InvalidDataException($"gives tensor {Quote(name)} the unknown type {Quote(entry.Dtype)}");
        if (entry.End < entry.Begin || entry.End > dataBytes)
        {
            throw new InvalidDataException($"places tensor {Quote(name)} outside the file");
        }
        var needed = (Int128)size;
        // The size of the file bounds every step but the last, so 128 bits hold the product; a zero comes first.
        foreach (var dimension in entry.Shape.Order())
        {
            needed *= dimension;
            if (needed > dataBytes) throw TooLarge(entry, name);
        }

        return needed == entry.End - entry.Begin
            ? entry
            : throw new InvalidDataException($"gives tensor {Quote(name)} {entry.End - entry.Begin} bytes where its shape needs {needed}");
    }

    private static void ValidateCoverage(Dictionary<string, TensorEntry> entries, long dataBytes)
    {
        long reached = 0;
        foreach (var (name, entry) in entries.OrderBy(static pair => pair.Value.Begin).ThenBy(static pair => pair.Value.End))
        {
            if (entry.Begin < reached) throw new InvalidDataException($"lets tensor {Quote(name)} overlap another");
            if (entry.Begin > reached)
            {
                throw new InvalidDataException(
                    $"has {entry.Begin - reached} bytes before tensor {Quote(name)} that belong to no tensor");
            }

            reached = entry.End;
        }

        if (reached < dataBytes) throw new InvalidDataException($"ends with {dataBytes - reached} bytes that belong to no tensor");
    }

    private static InvalidDataException TooLarge(TensorEntry entry, string name) =>
        new($"gives tensor {Quote(name)} the shape [{string.Join(", ", entry.Shape)}], which the file cannot hold");

    private static InvalidDataException Malformed(string name) => new($"has a malformed entry for tensor {Quote(name)}");

    /// <returns>Null if the text is not valid Unicode.</returns>
    private static string? ReadValidText(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
