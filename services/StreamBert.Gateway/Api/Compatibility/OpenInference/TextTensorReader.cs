using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Http.Requests;

namespace StreamBert.Gateway.Api.Compatibility.OpenInference;

/// <summary>Reads the input tensor of a request: n texts of the type BYTES and the shape [n] or [n, 1].</summary>
internal static class TextTensorReader
{
    public const string Bytes = "BYTES";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="binary">The bytes after the JSON.</param>
    /// <exception cref="ApiException">The input is no such tensor.</exception>
    public static IReadOnlyList<string> Read(InferRequest request, ReadOnlyMemory<byte> binary)
    {
        if (request.Inputs is not [{ } input])
        {
            throw ApiException.Invalid(
                $"inputs has {request.Inputs?.Count ?? 0} tensors; one of texts is needed, as the model's metadata says.");
        }

        if (input.Datatype != Bytes)
            throw ApiException.Invalid($"The input '{input.Name}' has the datatype '{input.Datatype}'; texts are {Bytes}.");
        var rows = Rows(input);
        var texts = (input.Parameters?.BinaryDataSize is { } size ? Binary(binary, size) : Flat(input.Data, "data")).ToList();
        return texts.Count == rows ? texts : throw ApiException.Invalid(
            $"The input '{input.Name}' has the shape [{string.Join(", ", input.Shape)}], but {texts.Count} texts.");
    }

    private static long Rows(InferInput input) => input.Shape switch
    {
        [>= 1 and var rows] => rows,
        [>= 1 and var rows, 1] => rows,
        _ => throw ApiException.Invalid(
            $"The input '{input.Name}' has the shape [{string.Join(", ", input.Shape ?? [])}]; it must be [n] or [n, 1] with n ≥ 1."),
    };

    private static IEnumerable<string> Flat(JsonElement data, string at) => data.ValueKind switch
    {
        JsonValueKind.Array => data.EnumerateArray().SelectMany((element, index) => Flat(element, $"{at}[{index}]")),
        JsonValueKind.Undefined => throw ApiException.Invalid("data is missing; give the texts as an array of strings."),
        _ => [RequestItemParser.ReadString(data, at)],
    };

    /// <summary>Reads binary elements: each has a length of four bytes, little-endian, and its UTF-8.</summary>
    private static IEnumerable<string> Binary(ReadOnlyMemory<byte> binary, int size)
    {
        if (size != binary.Length)
        {
            throw ApiException.Invalid(
            $"binary_data_size is {size}, but {binary.Length} bytes follow the JSON.");
        }

        while (!binary.IsEmpty)
        {
            var length = binary.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(binary.Span) : uint.MaxValue;
            if (length > binary.Length - sizeof(uint)) throw ApiException.Invalid("The binary data ends within a text.");
            yield return Decode(binary.Span.Slice(sizeof(uint), (int)length));
            binary = binary[(sizeof(uint) + (int)length)..];
        }
    }

    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Utf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw ApiException.Invalid("A text of the binary data is not valid UTF-8.");
        }
    }
}
