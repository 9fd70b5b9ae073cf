public class raytrace_classes {
    static final class Vec {
        final double x, y, z;

        Vec(double x, double y, double z) {
            this.x = x;
            this.y = y;
            this.z = z;
        }

        Vec plus(Vec other) {
            return new Vec(x + other.x, y + other.y, z + other.z);
        }

        Vec minus(Vec other) {
            return new Vec(x - other.x, y - other.y, z - other.z);
        }

        Vec times(double by) {
            return new Vec(x * by, y * by, z * by);
        }

        double dot(Vec other) {
            return x * other.x + y * other.y + z * other.z;
        }

        Vec unit() {
            return times(1.0 / Math.sqrt(dot(this)));
        }
    }

    static final class Ray {
        final Vec origin, direction;

        Ray(Vec origin, Vec direction) {
            this.origin = origin;
            this.direction = direction;
        }

        Vec at(double distance) {
            return origin.plus(direction.times(distance));
        }
    }

    static final class Hit {
        final Vec point, normal, color;
        final double shine;

        Hit(Vec point, Vec normal, Vec color, double shine) {
            this.point = point;
            this.normal = normal;
            this.color = color;
            this.shine = shine;
        }
    }

    static final class Sphere {
        final Vec center;
        final double radius;
        final Vec color;
        final double shine;

        Sphere(Vec center, double radius, Vec color, double shine) {
            this.center = center;
            this.radius = radius;
            this.color = color;
            this.shine = shine;
        }

        /** How far along the ray, whose direction is a unit vector, the sphere begins; infinite if it is not hit. */
        double distance(Ray ray) {
            Vec offset = ray.origin.minus(center);
            double half = offset.dot(ray.direction);
            double discriminant = half * half - offset.dot(offset) + radius * radius;
            if (discriminant < 0.0) return Double.POSITIVE_INFINITY;
            double root = Math.sqrt(discriminant);
            if (-half - root > 0.0001) return -half - root;
            if (-half + root > 0.0001) return -half + root;
            return Double.POSITIVE_INFINITY;
        }
    }

    static final class Scene {
        private final Vec light = new Vec(-5.0, 8.0, -5.0);
        private final Sphere[] spheres;

        Scene(int count) {
            spheres = new Sphere[count];
            int seed = 42;
            for (int i = 0; i < count; i++) {
                seed = (seed * 3877 + 29573) % 139968;
                double x = seed / 139968.0;
                seed = (seed * 3877 + 29573) % 139968;
                double z = seed / 139968.0;
                double radius = 0.3 + 0.4 * x * z;
                Vec color = new Vec(0.4 + 0.6 * x, 0.4 + 0.6 * z, 0.7);
                spheres[i] = new Sphere(new Vec(x * 8.0 - 4.0, radius, z * 6.0), radius, color, 0.2 + 0.3 * z);
            }
        }

        private Hit nearest(Ray ray) {
            Sphere nearest = null;
            double least = 1.0e30;
            for (Sphere sphere : spheres) {
                double distance = sphere.distance(ray);
                if (distance < least) {
                    least = distance;
                    nearest = sphere;
                }
            }
            if (ray.direction.y < 0.0) {
                double distance = -ray.origin.y / ray.direction.y;
                if (distance > 0.0001 && distance < least) return plane(ray.at(distance));
            }
            if (nearest == null) return null;
            Vec point = ray.at(least);
            Vec normal = point.minus(nearest.center).times(1.0 / nearest.radius);
            return new Hit(point, normal, nearest.color, nearest.shine);
        }

        private boolean isShaded(Ray ray, double distance) {
            for (Sphere sphere : spheres) {
                if (sphere.distance(ray) < distance) return true;
            }
            return false;
        }

        /** The colour that comes along the ray, after at most so many reflections. */
        Vec trace(Ray ray, int reflections) {
            Hit hit = nearest(ray);
            if (hit == null) return sky(ray.direction);
            Vec toLight = light.minus(hit.point);
            double distance = Math.sqrt(toLight.dot(toLight));
            Vec direction = toLight.times(1.0 / distance);
            Vec mirrored = ray.direction.minus(hit.normal.times(2.0 * hit.normal.dot(ray.direction)));
            double brightness = 0.15, glare = 0.0;
            double slope = hit.normal.dot(direction);
            if (slope > 0.0 && !isShaded(new Ray(hit.point, direction), distance)) {
                brightness += 0.85 * slope;
                double along = mirrored.dot(direction);
                if (along > 0.0) glare = power16(along);
            }
            Vec color = hit.color.times(brightness).plus(new Vec(glare, glare, glare));
            if (reflections == 0) return color;
            Vec reflected = trace(new Ray(hit.point, mirrored), reflections - 1);
            return color.times(1.0 - hit.shine).plus(reflected.times(hit.shine));
        }
    }

    static double power16(double x) {
        double x2 = x * x, x4 = x2 * x2, x8 = x4 * x4;
        return x8 * x8;
    }

    static Hit plane(Vec point) {
        boolean isDark = (long) (Math.floor(point.x) + Math.floor(point.z)) % 2 == 0;
        Vec color = isDark ? new Vec(0.2, 0.2, 0.2) : new Vec(0.9, 0.9, 0.9);
        return new Hit(point, new Vec(0.0, 1.0, 0.0), color, 0.1);
    }

    static Vec sky(Vec direction) {
        double height = 0.5 * (direction.y + 1.0);
        return new Vec(1.0, 1.0, 1.0).times(1.0 - height).plus(new Vec(0.5, 0.7, 1.0).times(height));
    }

    static int level(double brightness) {
        return brightness > 1.0 ? 255 : (int) (brightness * 255.0);
    }

    public static void main(String[] args) {
        int size = Integer.parseInt(args[0]);
        Scene scene = new Scene(12);
        Vec eye = new Vec(0.0, 2.0, -7.0);
        long sum = 0, hash = 0;
        for (int row = 0; row < size; row++) {
            for (int column = 0; column < size; column++) {
                double x = (column + 0.5) / size - 0.5;
                double y = 0.35 - (row + 0.5) / size;
                Vec color = scene.trace(new Ray(eye, new Vec(x, y, 1.0).unit()), 3);
                int red = level(color.x), green = level(color.y), blue = level(color.z);
                sum += red + green + blue;
                hash = (hash * 31 + red * 65536 + green * 256 + blue) % 1000003;
            }
        }
        System.out.println(sum + " " + hash);
    }
}
