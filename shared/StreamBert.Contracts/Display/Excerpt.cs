namespace StreamBert.Contracts;

/// <summary>Quotes and shortens external values for messages.</summary>
public static class Excerpt
{
    private const int MaxQuoted = 48;

    /// <summary>Returns a value on one line without control characters; of a longer value its beginning and its length.</summary>
    public static string Quote(string value, int maxLength = MaxQuoted)
    {
        var end = value.Length <= maxLength ? value.Length : char.IsHighSurrogate(value[maxLength - 1]) ? maxLength - 1 : maxLength;
        var visible = value.AsSpan(0, end).ToArray();
        for (var at = 0; at < visible.Length; at++)
            if (char.IsControl(visible[at])) visible[at] = '\uFFFD';
        return end == value.Length ? new(visible) : $"{new string(visible)}… ({value.Length:N0} characters)";
    }

    /// <summary>Shortens a message to a length; quoted values in it were escaped when they were quoted.</summary>
    public static string Truncate(string message, int maxLength) =>
        message.Length <= maxLength
            ? message
            : $"{message[..(char.IsHighSurrogate(message[maxLength - 1]) ? maxLength - 1 : maxLength)]}… ({message.Length:N0} characters)";
}
