namespace StreamBert.Streaming.Pipelines;

/// <summary>Says what is wrong at one place of a rules file.</summary>
/// <param name="Path">The place, such as <c>pipelines.financial-news.labels[0].minimumRatio</c>; empty for the whole file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Message">What is wrong, and what is allowed.</param>
public sealed record RulesFault(string Path, long Line, string Message)
{
    /// <summary>Returns the fault as one line.</summary>
    public override string ToString() => Path.Length > 0 ? $"line {Line}: {Path} {Message}" : $"line {Line}: {Message}";
}
