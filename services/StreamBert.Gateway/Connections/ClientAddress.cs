using System.Net;
using System.Net.Sockets;

namespace StreamBert.Gateway.Connections;

/// <summary>
/// What counts as one address where strangers are counted: one IPv4 address, or one IPv6 network, of which its owner has 2^64 addresses.
/// </summary>
internal static class ClientAddress
{
    private const int NetworkBytes = 8;

    public static string Of(IPAddress? address)
    {
        if (address is null) return "local"; // a Unix socket
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && !IPAddress.IsLoopback(address)
            ? $"{Convert.ToHexStringLower(address.GetAddressBytes(), 0, NetworkBytes)}::/64"
            : address.ToString();
    }
}
