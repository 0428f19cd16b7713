using System.Text;
using System.Text.Json;
using StreamBert.Contracts;

namespace StreamBert.Model.Tokenization;

/// <summary>Reads the files of a tokenizer; whatever is wrong with one becomes one error that names it.</summary>
internal static class TokenizerFile
{
    private const long MaxBytes = 64L << 20;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string[] Lines(string path) => Guard(path, () => RegularFile.Lines(path, MaxBytes, Strict).ToArray());

    public static T Read<T>(string path, Func<JsonElement, T> read) => Guard(path, () =>
    {
        using var stream = new MemoryStream(RegularFile.Bytes(path, MaxBytes));
        using var json = JsonDocument.Parse(stream);
        return read(json.RootElement);
    });

    /// <summary>A pair a line; the first line may say the version.</summary>
    public static IReadOnlyList<(string Left, string Right)> Merges(string path) =>
        Guard(path, () => Lines(path).Where(static line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)).Select(Merge)
            .ToList());

    public static (string Left, string Right) Merge(string line) => line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
        ? (left, right)
        : throw new FormatException($"'{line}' is no pair of tokens");

    public static IEnumerable<KeyValuePair<string, int>> Ids(JsonElement tokens) =>
        tokens.EnumerateObject().Select(static token => KeyValuePair.Create(token.Name, token.Value.GetInt32()));

    /// <summary>A token is written as its text, which is then special, or as an object that also says how it is found.</summary>
    public static AddedToken Token(JsonElement token, int id, bool special = false) => token.ValueKind == JsonValueKind.String
        ? new AddedToken(Required(token), id)
        : new AddedToken(
            Required(token.GetProperty("content")), id, Flag(token, "lstrip") ?? false, Flag(token, "rstrip") ?? false, Flag(
                token,
                "single_word") ?? false,
            Flag(token, "normalized") ?? !(Flag(token, "special") ?? special));

    /// <summary>Null where it is absent or null.</summary>
    public static JsonElement? Property(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public static bool? Flag(JsonElement parent, string name) => Property(parent, name)?.GetBoolean();

    public static string Required(JsonElement text) => text.GetString() ?? throw new FormatException("null stands where a text is needed");

    public static string? Text(JsonElement parent, string name) => Property(parent, name)?.GetString();

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new ModelPackageException($"{path}: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new ModelPackageException($"{path}: a value is not of the form it must have: {e.Message}", e);
        }
    }
}
