using System.Text.Json;

namespace StreamBert.Model.Packages;

/// <summary>One tensor as a safetensors header places it.</summary>
/// <param name="Type">The format's name of the element type, such as <c>F32</c>.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record TensorPlace(string Type, long[] Shape, long Begin, long End);

/// <summary>
/// Reads the JSON header of a safetensors file as the format demands it: every byte behind the header belongs to exactly one tensor. It is
/// read
/// token by token, so that what it costs is bounded by what is kept.
/// </summary>
internal static class SafeTensorsHeader
{
    private const int MaxTensors = 100_000, MaxDimensions = 8, MaxDepth = 8, ShownName = 120;
    private const string Metadata = "__metadata__";

    private static readonly Dictionary<string, int> Sizes = new(StringComparer.Ordinal)
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

    /// <param name="dataBytes">How many bytes follow the header.</param>
    /// <exception cref="InvalidDataException">The header is not valid; the message goes on after the file's name.</exception>
    public static Dictionary<string, TensorPlace> Parse(ReadOnlySpan<byte> json, long dataBytes)
    {
        var reader = new Utf8JsonReader(json, new() { MaxDepth = MaxDepth });
        try
        {
            var places = ReadTensors(ref reader, dataBytes);
            CheckCover(places, dataBytes);
            return places;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException("has a header that is not JSON of the right form", e);
        }
    }

    /// <summary>A tensor's name for a message: cut, and without what would disturb a terminal.</summary>
    public static string Show(string name) =>
        "'" + string.Concat(name.Take(ShownName).Select(static c => char.IsControl(c) ? '?' : c)) + (name.Length > ShownName ? "…'" : "'");

    private static Dictionary<string, TensorPlace> ReadTensors(ref Utf8JsonReader reader, long dataBytes)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new InvalidDataException("has a header that is not a JSON object");
        var places = new Dictionary<string, TensorPlace>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader) ?? throw new InvalidDataException("has a tensor whose name is no valid text");
            reader.Read();
            if (name == Metadata)
            {
                reader.Skip();
                continue;
            }

            if (!places
                .TryAdd(name, ReadTensor(ref reader, name, dataBytes)))
            {
                throw new InvalidDataException($"names tensor {Show(name)} twice");
            }

            if (places.Count > MaxTensors) throw new InvalidDataException($"names more than {MaxTensors} tensors");
        }

        reader.Read(); // what follows the object must be white space: the reader throws on anything else
        return places;
    }

    private static TensorPlace ReadTensor(ref Utf8JsonReader reader, string name, long dataBytes)
    {
        string? type = null;
        long[]? shape = null, offsets = null;
        if (reader.TokenType != JsonTokenType.StartObject) throw Wrong(name);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (type is null && reader.ValueTextEquals("dtype"u8)) type = ReadText(ref reader, name);
            else if (shape is null && reader.ValueTextEquals("shape"u8)) shape = ReadNumbers(ref reader, name);
            else if (offsets is null && reader.ValueTextEquals("data_offsets"u8)) offsets = ReadNumbers(ref reader, name);
            else throw Wrong(name);
        }

        return type is not null && shape is not null && offsets is [var begin, var end]
            ? Checked(new(type, shape, begin, end), name, dataBytes)
            : throw Wrong(name);
    }

    private static string ReadText(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return (reader.TokenType == JsonTokenType.String ? Text(ref reader) : null) ?? throw Wrong(name);
    }

    private static long[] ReadNumbers(ref Utf8JsonReader reader, string name)
    {
        var numbers = new List<long>();
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray) throw Wrong(name);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            numbers.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= 0
                && numbers.Count < MaxDimensions
                ? number
                : throw Wrong(name));
        }

        return [.. numbers];
    }

    private static TensorPlace Checked(TensorPlace place, string name, long dataBytes)
    {
        if (!Sizes.TryGetValue(place
            .Type, out var size))
        {
            throw new InvalidDataException($"gives tensor {Show(name)} the unknown type {Show(place.Type)}");
        }

        if (place.End < place.Begin
            || place.End > dataBytes)
        {
            throw new InvalidDataException($"places tensor {Show(name)} outside the file");
        }

        var needed = (Int128)size;
        // The file's size bounds every step but the last, so 128 bits hold the product; a zero comes first.
        foreach (var n in place.Shape.Order())
        {
            if ((needed *= n) > dataBytes)
            {
                throw new InvalidDataException(
                $"gives tensor {Show(name)} the shape [{string.Join(", ", place.Shape)}], which the file cannot hold");
            }
        }

        return needed == place.End - place.Begin
            ? place
            : throw new InvalidDataException($"gives tensor {Show(name)} {place.End - place.Begin} bytes where its shape needs {needed}");
    }

    private static void CheckCover(Dictionary<string, TensorPlace> places, long dataBytes)
    {
        long reached = 0;
        foreach (var (name, place) in places.OrderBy(static pair => pair.Value.Begin).ThenBy(static pair => pair.Value.End))
        {
            if (place.Begin < reached) throw new InvalidDataException($"lets tensor {Show(name)} overlap another");
            if (place.Begin > reached)
            {
                throw new InvalidDataException(
                $"has {place.Begin - reached} bytes before tensor {Show(name)} that belong to no tensor");
            }

            reached = place.End;
        }

        if (reached < dataBytes) throw new InvalidDataException($"ends with {dataBytes - reached} bytes that belong to no tensor");
    }

    private static InvalidDataException Wrong(string name) => new($"describes tensor {Show(name)} wrongly");

    /// <summary>Null for text that is no valid Unicode.</summary>
    private static string? Text(ref Utf8JsonReader reader)
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
