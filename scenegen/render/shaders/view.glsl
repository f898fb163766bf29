// What the pixel sees: lens, depth and normal of the geometry pass, in the camera frame.
uniform vec4 lens;           // fx, fy, cx, cy in pixels; whole numbers are pixel centres
uniform sampler2D z_map;     // metres along the axis, 0 = sky
uniform sampler2D normal_map;

vec3 pixel_ray(vec2 pixel) { return vec3((pixel - lens.zw) / lens.xy, 1.0); }
float z_at(ivec2 pixel) { return texelFetch(z_map, pixel, 0).r; }
vec3 normal_at(ivec2 pixel) { return decode_normal(texelFetch(normal_map, pixel, 0).rg); }

// Interleaved gradient noise (Jimenez 2014): a dither 0..1 without low frequencies.
float dither(vec2 pixel) { return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715)))); }
