using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>A text, or a stretch of it, after normalization; every character remembers which part of the text it came from.</summary>
internal sealed class NormalizedText
{
    private const int Kept = 1 << 16;
    private char[] _characters = new char[256];
    private TokenSpan[] _sources = new TokenSpan[256];

    public int Length { get; private set; }
    public ReadOnlySpan<char> Text => _characters.AsSpan(0, Length);

    public int StartOf(int at) => _sources[at].Start;
    public int EndOf(int at) => _sources[at].End;

    public void Clear()
    {
        Length = 0;
        if (_characters.Length <= Kept) return;
        _characters = new char[256]; // one monstrous word shall not hold its memory for ever
        _sources = new TokenSpan[256];
    }

    /// <summary>Its characters, each with its place; allocates.</summary>
    public List<(int Code, TokenSpan Source)> Runes()
    {
        var runes = new List<(int, TokenSpan)>(Length);
        for (int at = 0, length; at < Length; at += length)
        {
            Rune.DecodeFromUtf16(Text[at..], out var rune, out length);
            runes.Add((rune.Value, new TokenSpan(StartOf(at), EndOf(at))));
        }

        return runes;
    }

    public void Add(Rune rune, TokenSpan source)
    {
        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)]) Add(unit, source);
    }

    public void Add(ReadOnlySpan<char> text, TokenSpan source)
    {
        foreach (var unit in text) Add(unit, source);
    }

    /// <summary>Adds a part of another text with its places.</summary>
    public void Add(NormalizedText other, int start, int end)
    {
        for (var at = start; at < end; at++) Add(other._characters[at], other._sources[at]);
    }

    public void Add(char unit, TokenSpan source)
    {
        if (Length == _characters.Length)
        {
            Array.Resize(ref _characters, 2 * Length);
            Array.Resize(ref _sources, 2 * Length);
        }

        _characters[Length] = unit;
        _sources[Length++] = source;
    }

    /// <summary>A mark that is stripped still belongs to the character it stood on.</summary>
    public void ExtendLast(int end)
    {
        if (Length > 0) _sources[Length - 1] = _sources[Length - 1] with { End = end };
    }
}
