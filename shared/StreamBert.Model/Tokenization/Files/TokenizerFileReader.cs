using System.Text;
using System.Text.Json;
using StreamBert.Contracts;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>Reads the files of a tokenizer. Every failure becomes a <see cref="ModelPackageException"/> that names the file.</summary>
internal static class TokenizerFileReader
{
    private const long MaxBytes = 64L << 20;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string[] ReadLines(string path) => Guard(path, () => RegularFile.Lines(path, MaxBytes, StrictUtf8).ToArray());

    public static T ReadJson<T>(string path, Func<JsonElement, T> read) => Guard(path, () =>
    {
        using var stream = new MemoryStream(RegularFile.Bytes(path, MaxBytes));
        using var json = JsonDocument.Parse(stream);
        return read(json.RootElement);
    });

    /// <summary>Reads <c>merges.txt</c>: a pair of tokens per line; the first line may be a version.</summary>
    public static IReadOnlyList<(string Left, string Right)> ReadMerges(string path) => Guard(path, () =>
        ReadLines(path).Where(static line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)).Select(ParseMerge)
            .ToList());

    /// <exception cref="FormatException">The line is not a pair of tokens.</exception>
    public static (string Left, string Right) ParseMerge(string line) => line.Split(' ') is [{ Length: > 0 } left, { Length: > 0 } right]
        ? (left, right)
        : throw new FormatException($"'{line}' is not a pair of tokens");

    public static IEnumerable<KeyValuePair<string, int>> ParseIds(JsonElement tokens) =>
        tokens.EnumerateObject().Select(static token => KeyValuePair.Create(token.Name, token.Value.GetInt32()));

    /// <summary>Parses a token: its text, or an object that also defines how it is matched.</summary>
    /// <param name="isSpecial">Whether an object without <c>special</c> is a special token; the text of a token always is.</param>
    public static AddedToken ParseToken(JsonElement token, int id, bool isSpecial = false) => token.ValueKind == JsonValueKind.String
        ? new AddedToken(token.RequireText(), id)
        : new AddedToken(
            token.GetProperty("content").RequireText(), id, token.FindFlag("lstrip") ?? false, token.FindFlag("rstrip") ?? false,
            token.FindFlag("single_word") ?? false, token.FindFlag("normalized") ?? !(token.FindFlag("special") ?? isSpecial));

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
            throw new ModelPackageException($"{path}: a value has the wrong type or form: {e.Message}", e);
        }
    }
}
