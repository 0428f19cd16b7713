using System.Globalization;

namespace StreamBert.Model.Benchmarking;

/// <summary>The size of a BERT encoder, with attention heads of size 64 and feed-forward layers four times the hidden size.</summary>
/// <param name="Layers">The number of layers.</param>
/// <param name="Hidden">The hidden size.</param>
public sealed record EncoderShape(int Layers, int Hidden)
{
    private const int HeadSize = 64, MaxLayers = 96, MinHidden = 32, MaxHidden = 8192;

    /// <summary>The number of attention heads.</summary>
    public int AttentionHeads => GetAttentionHeads(Hidden);

    /// <summary>The size of the feed-forward layers.</summary>
    public int Intermediate => 4 * Hidden;

    /// <summary>
    /// Computes the floating-point operations of the encoder for a text without padding: 24·h² for each token and layer, and 4·n·h for
    /// attention.
    /// </summary>
    /// <param name="tokens">The number of tokens.</param>
    /// <returns>The number of multiplications and additions.</returns>
    public double CountFlops(int tokens) => (double)Layers * tokens * (24.0 * Hidden * Hidden + 4.0 * tokens * Hidden);

    /// <summary>Parses a shape such as <c>6x384</c>.</summary>
    /// <param name="text">The number of layers and the hidden size, separated by x or ×.</param>
    /// <returns>The shape.</returns>
    /// <exception cref="FormatException">The text is not a shape.</exception>
    public static EncoderShape Parse(string text)
    {
        if (text.Split('x', '×') is [var left, var right] && ParseNumber(left) is { } layers and > 0 and <= MaxLayers
            && ParseNumber(right) is { } hidden and >= MinHidden and <= MaxHidden && hidden % GetAttentionHeads(hidden) == 0)
        {
            return new EncoderShape(layers, hidden);
        }

        throw new FormatException(
            $"'{text}' is not a shape; LAYERSxHIDDEN is, for example 6x384 (the hidden size a multiple of {HeadSize}).");
    }

    /// <summary>Returns a text such as <c>6x384</c>.</summary>
    public override string ToString() => $"{Layers}x{Hidden}";

    private static int GetAttentionHeads(int hidden) => Math.Max(1, hidden / HeadSize);

    private static int? ParseNumber(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
