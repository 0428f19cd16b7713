namespace StreamBert.Gateway.Dashboard.Models;

/// <summary>Creates the address of the page that compares two versions.</summary>
internal static class ComparisonLink
{
    public static string Of(string model, string? from, string? to) =>
        $"models/{Uri.EscapeDataString(model)}/compare?a={Uri.EscapeDataString(from ?? "")}&b={Uri.EscapeDataString(to ?? "")}";
}
