using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Components;

namespace StreamBert.Gateway.Localization;

/// <summary>
/// The texts of the dashboard in the language of the reader, which the current UI culture names. The English text is the key;
/// <c>texts.zh.json</c> has the Chinese of each.
/// </summary>
internal sealed class Texts
{
    public static readonly Texts L = new();

    private readonly FrozenDictionary<string, string> _chinese = Read();

    private Texts()
    {
    }

    public string this[string english] => FindChinese(english) ?? english;

    public string this[string english, params object?[] arguments] =>
        string.Format(CultureInfo.InvariantCulture, this[english], arguments);

    /// <summary>Returns the Chinese text; null if the language is English or there is none.</summary>
    public string? FindChinese(string english) => ReaderLanguage.IsChinese ? _chinese.GetValueOrDefault(english) : null;

    /// <summary>Renders a text with elements in the places of its format items.</summary>
    public RenderFragment With(string english, params RenderFragment[] parts) => builder =>
    {
        var text = this[english];
        for (var start = 0; start < text.Length;)
        {
            var open = text.IndexOf('{', start) is >= 0 and var found ? found : text.Length;
            builder.AddContent(0, text[start..open]);
            if (open == text.Length)
                return;
            var close = text.IndexOf('}', open);
            builder.AddContent(1, parts[int.Parse(text.AsSpan(open + 1, close - open - 1), CultureInfo.InvariantCulture)]);
            start = close + 1;
        }
    };

    private static FrozenDictionary<string, string> Read()
    {
        using var texts = typeof(Texts).Assembly.GetManifestResourceStream("StreamBert.Gateway.texts.zh.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(texts)!.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
