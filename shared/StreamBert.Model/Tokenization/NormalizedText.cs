using System.Text;

namespace StreamBert.Model.Tokenization;

/// <summary>A text, or a segment of it, after normalization. Each character keeps the position in the text that it comes from.</summary>
internal sealed class NormalizedText
{
    /// <summary>The character that byte-level text has for a space.</summary>
    public const char ByteLevelSpace = '\u0120';

    private const int InitialCapacity = 256;

    /// <summary>Larger arrays are released when the text is cleared, so that a single huge word does not occupy memory forever.</summary>
    private const int MaxRetainedCapacity = 1 << 16;

    private char[] _characters = new char[InitialCapacity];
    private TokenSpan[] _sources = new TokenSpan[InitialCapacity];

    public int Length { get; private set; }
    public ReadOnlySpan<char> Text => _characters.AsSpan(0, Length);

    public int SourceStart(int index) => _sources[index].Start;
    public int SourceEnd(int index) => _sources[index].End;

    public void Clear()
    {
        Length = 0;
        if (_characters.Length <= MaxRetainedCapacity) return;
        _characters = new char[InitialCapacity];
        _sources = new TokenSpan[InitialCapacity];
    }

    /// <summary>Returns the code points with their source positions; allocates.</summary>
    public List<(int Code, TokenSpan Source)> ToRunes()
    {
        var runes = new List<(int, TokenSpan)>(Length);
        for (int index = 0, length; index < Length; index += length)
        {
            Rune.DecodeFromUtf16(Text[index..], out var rune, out length);
            runes.Add((rune.Value, new TokenSpan(SourceStart(index), SourceEnd(index))));
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

    /// <summary>Adds a range of another text with its source positions.</summary>
    public void Add(NormalizedText other, int start, int end)
    {
        for (var index = start; index < end; index++) Add(other._characters[index], other._sources[index]);
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

    /// <summary>Extends the source of the last character over a mark that normalization removed behind it.</summary>
    public void ExtendLast(int end)
    {
        if (Length > 0) _sources[Length - 1] = _sources[Length - 1] with { End = end };
    }
}
