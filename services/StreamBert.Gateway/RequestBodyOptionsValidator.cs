using Microsoft.Extensions.Options;
using StreamBert.Gateway.Http.Requests;

namespace StreamBert.Gateway;

/// <summary>Rejects memory limits that the largest body alone would exceed.</summary>
internal sealed class RequestBodyOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var largest = (long)RequestBodyBudget.MemoryPerByte * options.MaxBodyBytes;
        return options.MaxTotalBodyBytes >= largest
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Gateway:MaxTotalBodyBytes is {options.MaxTotalBodyBytes}, but one body of Gateway:MaxBodyBytes "
                    + $"({options.MaxBodyBytes}) takes {largest}.");
    }
}
