using System.Text.Json;

namespace StreamBert.Cli.Access;

/// <summary>Why the Gateway refused a request.</summary>
/// <param name="Detail">The reason.</param>
/// <param name="Errors">The error of each field that is listed, such as <c>[3].label</c>; empty if the problem is of another kind.</param>
internal sealed record GatewayProblem(string Detail, IReadOnlyDictionary<string, string> Errors)
{
    /// <summary>The number of invalid fields that a message names.</summary>
    private const int MaxShownErrors = 5;

    /// <summary>The name under which the Gateway tells that it lists no more fields.</summary>
    private const string Omission = "…";

    /// <summary>The number of invalid fields, of which the Gateway may list only some.</summary>
    public int ErrorCount { get; init; } = Errors.Count;

    /// <summary>Reads a problem document; any other body is the reason itself.</summary>
    public static GatewayProblem Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var problem = document.RootElement;
            var errors = problem.TryGetProperty("errors", out var found) && found.ValueKind == JsonValueKind.Object
                ? found.EnumerateObject().Where(static error => error.Name != Omission)
                    .ToDictionary(static error => error.Name, static error => error.Value.ToString())
                : [];
            return new(problem.GetProperty("detail").GetString() ?? body, errors)
            {
                ErrorCount = problem.TryGetProperty("errorCount", out var count) && count.TryGetInt32(out var all) ? all : errors.Count,
            };
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new(body.Length > 0 ? body : "no reason was given", new Dictionary<string, string>());
        }
    }

    /// <summary>Returns the reason with the first errors and the number of the others.</summary>
    public string Describe() => string.Join(" ", DescribeErrors().Prepend(Detail));

    private IEnumerable<string> DescribeErrors()
    {
        foreach (var (field, error) in Errors.Take(MaxShownErrors))
            yield return $"{field}: {error.TrimEnd('.')}.";
        if (ErrorCount - Math.Min(Errors.Count, MaxShownErrors) is > 0 and var more)
            yield return more == 1 ? "There is 1 more error." : $"There are {more} more errors.";
    }
}
