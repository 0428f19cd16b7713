using StreamBert.Contracts;

namespace StreamBert.Tests.Abuse;

/// <summary>
/// Generates texts with control sequences, forged lines and invisible characters, and checks that output contains none of them.
/// </summary>
internal static class HostileText
{
    private static readonly string[] Pieces =
    [
        "\e[2J", "\e[31mred\e[0m", "\e]0;title\a", "\e]8;;http://evil.example\e\\link\e]8;;\e\\", "\e", "\u009b31m", "\u009d0;title\u009c",
        "\u0085", "\r", "\n", "\r\n", "\b\b\b", "\u007f", "\0", "\t",
        "\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u2028", "\u2029", "\ud800", "\udc00",
        "\U000e0041", "\u115f", "\u3164", "\n2026-01-01 info: all is well",
        "[red]", "[/]", "[[", "{0}", "%s", "text", "ä", "油价", "📉", "👩‍👩‍👧", "\"", "\\", "'", " ",
    ];

    public static string Of(Random random)
        => string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Pieces[random.Next(Pieces.Length)]));

    /// <summary>Checks that the output contains only visible characters and line breaks.</summary>
    public static void AssertSafe(string output)
    {
        var hidden = VisibleText.EscapeLines(output.Replace("\r\n", "\n", StringComparison.Ordinal));
        Assert.Equal(hidden, output.Replace("\r\n", "\n", StringComparison.Ordinal));
    }
}
