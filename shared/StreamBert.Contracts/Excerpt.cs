namespace StreamBert.Contracts;

/// <summary>Values of other people as messages may quote them: short, in one line, without control characters.</summary>
public static class Excerpt
{
    private const int MaxQuoted = 48;

    /// <summary>The beginning of a value, with the number of its characters where it is longer.</summary>
    public static string Quote(string value, int most = MaxQuoted)
    {
        var end = value.Length <= most ? value.Length : char.IsHighSurrogate(value[most - 1]) ? most - 1 : most;
        var visible = value.AsSpan(0, end).ToArray();
        for (var at = 0; at < visible.Length; at++)
            if (char.IsControl(visible[at])) visible[at] = '\uFFFD';
        return end == value.Length ? new(visible) : $"{new string(visible)}… ({value.Length:N0} characters)";
    }

    /// <summary>
    /// A message that may quote what others have sent, held to a length; control characters but line breaks were made visible where it was
    /// quoted.
    /// </summary>
    public static string Truncate(string message, int most) =>
        message.Length <= most
            ? message
            : $"{message[..(char.IsHighSurrogate(message[most - 1]) ? most - 1 : most)]}… ({message.Length:N0} characters)";
}
