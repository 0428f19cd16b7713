using System.Globalization;

namespace StreamBert.Model.Benchmarking;

/// <summary>Size of an encoder: layers × hidden size, 64 values an attention head, feed-forward layers four times as wide.</summary>
public sealed record EncoderShape(int Layers, int Hidden)
{
    public int AttentionHeads => Math.Max(1, Hidden / 64);
    public int Intermediate => 4 * Hidden;

    /// <summary>
    /// Multiplications and additions of the encoder for one text of that many tokens, none of them padding: 24·h² a token and layer, and
    /// 4·n·h for attention.
    /// </summary>
    public double Flops(int tokens) => (double)Layers * tokens * (24.0 * Hidden * Hidden + 4.0 * tokens * Hidden);

    /// <summary>Reads <c>6x384</c>.</summary>
    /// <exception cref="FormatException">It is not such a shape.</exception>
    public static EncoderShape Parse(string text)
    {
        var parts = text.Split('x', '×');
        if (parts.Length == 2 && Number(parts[0]) is { } layers and > 0 and <= 96 && Number(parts[1]) is { } hidden and >= 32 and <= 8192
            && hidden % Math.Max(1, hidden / 64) == 0)
        {
            return new(layers, hidden);
        }

        throw new FormatException($"'{text}' is no shape; LAYERSxHIDDEN is, for example 6x384 (the hidden size a multiple of 64).");
    }

    public override string ToString() => $"{Layers}x{Hidden}";

    private static int? Number(string text)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
