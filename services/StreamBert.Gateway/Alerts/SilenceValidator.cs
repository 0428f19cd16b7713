using System.Security.Cryptography;
using StreamBert.Contracts;
using StreamBert.Gateway.Ingestion;

namespace StreamBert.Gateway.Alerts;

/// <summary>Checks what people want to store about alerts.</summary>
internal static class SilenceValidator
{
    /// <summary>The longest comment.</summary>
    public const int MaxCommentLength = 1_000;

    private const int MaxMatchers = 20;
    private const int IdBytes = 6;
    private static readonly TimeSpan MaxDuration = TimeSpan.FromDays(30);
    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(366);

    /// <summary>Creates the silence of a request.</summary>
    /// <exception cref="InvalidRequestException">Fields are invalid.</exception>
    public static SilenceCreated Create(SilenceRequest request, string actor, DateTimeOffset now)
    {
        var errors = new Dictionary<string, string>();
        CheckMatchers(request.Matchers, errors);
        CheckComment(request.Comment, errors);
        var start = request.StartsAt is { } at && at > now ? at : now;
        var end = FindEnd(request, start, now, errors);
        ThrowIfAny(errors);
        return new()
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)),
            Matchers = [.. request.Matchers!.Select(static matcher => matcher.Trim())],
            StartsAt = start,
            EndsAt = end,
            Actor = actor,
            Comment = NullIfBlank(request.Comment),
            CreatedAt = now,
        };
    }

    /// <summary>Checks a comment.</summary>
    /// <returns>The comment; null if it says nothing.</returns>
    /// <exception cref="InvalidRequestException">It is too long.</exception>
    public static string? Comment(string? comment)
    {
        var errors = new Dictionary<string, string>();
        CheckComment(comment, errors);
        ThrowIfAny(errors);
        return NullIfBlank(comment);
    }

    /// <summary>Reads the matchers that are valid, to show what they match.</summary>
    /// <param name="texts">The matchers.</param>
    /// <param name="errors">Receives what is wrong with the others.</param>
    public static IReadOnlyList<AlertMatcher> CheckMatchers(IReadOnlyList<string>? texts, Dictionary<string, string> errors)
    {
        if (texts is null or { Count: 0 })
        {
            errors["matchers"] = "is empty, which would mute every alert; name what to mute, such as 'pipeline=financial-news', or "
                + "'severity=~.*' to mute every alert on purpose.";
            return [];
        }
        if (texts.Count > MaxMatchers)
            errors["matchers"] = $"has {texts.Count:N0} entries; {MaxMatchers} are allowed.";
        var matchers = new List<AlertMatcher>();
        foreach (var (index, text) in texts.Take(MaxMatchers).Index())
        {
            if (text is null)
                errors[$"matchers[{index}]"] = "is null; write name=value.";
            else if (AlertMatcher.TryParse(text, out var matcher) is { } fault)
                errors[$"matchers[{index}]"] = $"'{Excerpt.Quote(text)}' {fault}.";
            else
                matchers.Add(matcher);
        }
        return matchers;
    }

    private static DateTimeOffset FindEnd(
        SilenceRequest request, DateTimeOffset start, DateTimeOffset now, Dictionary<string, string> errors)
    {
        if (start > now + MaxAhead)
        {
            errors["startsAt"] = $"is {start:u}; a silence begins within a year.";
            return start;
        }
        var (field, end) = request switch
        {
            { Duration: not null, EndsAt: not null } => ("endsAt", null),
            { Duration: { } text } => ("duration", SilenceDuration.Parse(text) is { } duration ? start + duration : null),
            _ => ("endsAt", request.EndsAt),
        };
        var fault = (request.Duration, end) switch
        {
            (not null, null) when request.EndsAt is not null => "is given together with 'duration'; give one of them.",
            ({ } text, null) => $"is '{Excerpt.Quote(text)}'; write it as 30m, 4h or 1d12h.",
            (null, null) => "is missing; give it, or 'duration', such as 4h.",
            (_, { } at) when at <= start => $"ends the silence at {at:u}, which is not after its start ({start:u}).",
            (_, { } at) when at - start > MaxDuration => "makes the silence longer than 30 days; renew it instead, so that nothing is "
                + "muted after everybody has forgotten it.",
            _ => null,
        };
        if (fault is not null)
            errors[field] = fault;
        return end ?? start;
    }

    private static void CheckComment(string? comment, Dictionary<string, string> errors)
    {
        if (comment?.Length > MaxCommentLength)
            errors["comment"] = $"has {comment.Length:N0} characters; {MaxCommentLength:N0} are allowed.";
    }

    private static void ThrowIfAny(Dictionary<string, string> errors)
    {
        if (errors.Count > 0)
            throw new InvalidRequestException(errors);
    }

    private static string? NullIfBlank(string? comment) => string.IsNullOrWhiteSpace(comment) ? null : comment.Trim();
}
