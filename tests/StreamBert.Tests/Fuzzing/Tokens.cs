namespace StreamBert.Tests.Fuzzing;

/// <summary>
/// An input cut into strings, words, numbers and single signs, without asking whether it is well-formed: enough to change a value or a
/// member of JSON, or
/// a column of a table, as a whole.
/// </summary>
internal readonly struct Tokens
{
    private readonly byte[] _input;
    private readonly List<(int Start, int End)> _tokens;

    private Tokens(byte[] input, List<(int, int)> tokens) => (_input, _tokens) = (input, tokens);

    public static Tokens Of(byte[] input)
    {
        var tokens = new List<(int, int)>();
        for (int at = 0, end; at < input.Length; at = end)
        {
            end = input[at] == '"' ? StringEnd(input, at) : IsWord(input[at]) ? WordEnd(input, at) : at + 1;
            if (input[at] > ' ') tokens.Add((at, end));
        }
        return new(input, tokens);
    }

    public byte[] ReplaceValue(double place, byte[] value) =>
        Value(place) is var (start, end) ? Mutation.Replaced(_input, start, end - start, value) : value;

    /// <summary>Replaces a value with a value from another place.</summary>
    public byte[] CopyValue(double place, double from)
        => Value(from) is var (start, end) ? ReplaceValue(place, _input[start..end]) : _input;

    /// <summary>Wraps a value in the given number of arrays or objects.</summary>
    public byte[] Nest(double place, int depth, bool objects, bool closed)
    {
        if (Value(place) is not var (start, end)) return _input;
        var open = Enumerable.Repeat(objects ? "{\"a\":"u8.ToArray() : "["u8.ToArray(), depth).SelectMany(static piece => piece);
        var close = Enumerable.Repeat((byte)(objects ? '}' : ']'), closed ? depth : 0);
        return Mutation.Replaced(_input, start, end - start, [.. open, .. _input.AsSpan(start, end - start), .. close]);
    }

    /// <summary>Repeats a member (a name, a colon and a value) or an element.</summary>
    public byte[] RepeatMember(double place, int times)
    {
        if (Member(place) is not var (start, end)) return _input;
        var again = Enumerable.Repeat((byte[])[(byte)',', .. _input.AsSpan(start, end - start)], times).SelectMany(static piece => piece);
        return Mutation.Replaced(_input, end, 0, [.. again]);
    }

    public byte[] DropMember(double place)
    {
        if (Member(place) is not var (start, end)) return _input;
        if (end < _input.Length && _input[end] == ',') end++;
        else if (start > 0 && _input[start - 1] == ',') start--;
        return Mutation.Replaced(_input, start, end - start, []);
    }

    /// <summary>Finds the value at or after a place: neither punctuation nor a name.</summary>
    private (int Start, int End)? Value(double place)
    {
        for (var index = (int)(place * _tokens.Count); index < _tokens.Count; index++)
            if (!(First(index) is ',' or ':' or ']' or '}' || IsName(index))) return (_tokens[index].Start, _tokens[ValueEnd(index)].End);
        return null;
    }

    /// <summary>Finds the member or element at or after a place.</summary>
    private (int Start, int End)? Member(double place)
    {
        for (var index = (int)(place * _tokens.Count); index < _tokens.Count; index++)
        {
            if (!(First(index) is ',' or ':' or ']' or '}'))
            {
                return (_tokens[index]
                .Start, _tokens[ValueEnd(IsName(index) && index + 2 < _tokens.Count ? index + 2 : index)].End);
            }
        }

        return null;
    }

    private bool IsName(int index) => index + 1 < _tokens.Count && First(index + 1) == ':';

    private char First(int index) => (char)_input[_tokens[index].Start];

    /// <summary>Finds the last token of the value that begins with this one.</summary>
    private int ValueEnd(int index)
    {
        var depth = 0;
        for (var at = index; at < _tokens.Count; at++)
        {
            depth += First(at) switch { '{' or '[' => 1, '}' or ']' => -1, _ => 0 };
            if (depth <= 0) return at;
        }
        return _tokens.Count - 1;
    }

    private static int StringEnd(byte[] input, int at)
    {
        for (at++; at < input.Length; at++)
        {
            if (input[at] == '\\') at++;
            else if (input[at] == '"') return at + 1;
        }
        return input.Length;
    }

    private static int WordEnd(byte[] input, int at)
    {
        while (at < input.Length && IsWord(input[at])) at++;
        return at;
    }

    private static bool IsWord(byte value)
        => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'.' or (byte)'-' or (byte)'+' or (byte)'_' or >= 0x80;
}
